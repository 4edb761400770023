/**
 * Holds the coverage of each folder against its threshold.
 *
 * Run it on a Node that strips types natively, on coverage that such a Node wrote: a transpiler adds branches of
 * its own, and native stripping keeps every position. c8 knows one threshold for all files; this asks its report
 * per folder. Files without code to run (types only, barrels) are left out; a file that no test loads counts as 0.
 *
 * Usage: node scripts/coverage.mjs <folder with NODE_V8_COVERAGE data>
 */
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join, relative } from 'node:path'
import { Report } from 'c8'

const root = join(import.meta.dirname, '..')

/** Percent of lines and branches. Plugins and adapters are shown; their contract suites are their measure. */
const THRESHOLDS = [
  { folder: 'src/domain', lines: 95, branches: 95 },
  { folder: 'src/application', lines: 90, branches: 90 },
  { folder: 'src/infrastructure', lines: 0, branches: 0 },
  { folder: 'plugins', lines: 0, branches: 0 },
  { folder: 'adapters', lines: 0, branches: 0 },
]

function hasCode(path) {
  if (path.endsWith('/index.ts')) return false
  const code = stripTypeScriptTypes(readFileSync(join(root, path), 'utf8'))
  return code.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|export\s*\{\s*\}|;/g, '').trim() !== ''
}

function sourceFiles(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
}

function existing(folder) {
  try {
    return sourceFiles(folder)
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}

const measured = new Map(THRESHOLDS.map(({ folder }) => [folder, existing(folder).filter(hasCode)]))

const report = new Report({
  include: [...measured.values()].flat(),
  extension: ['.ts'],
  all: true,
  src: [root],
  tempDirectory: process.argv[2],
  reportsDirectory: join(root, 'coverage'),
  reporter: [],
  resolve: '',
  excludeNodeModules: true,
})
const coverage = await report.getCoverageMapFromAllCoverageFiles()
const byPath = new Map(
  coverage
    .files()
    .map((path) => [relative(root, path).replaceAll('\\', '/'), coverage.fileCoverageFor(path)]),
)

function percentOf(files, what) {
  let total = 0
  let covered = 0
  for (const file of files) {
    const summary = file.toSummary()[what]
    total += summary.total
    covered += summary.covered
  }
  return total === 0 ? 100 : (100 * covered) / total
}

/** The lines that did not run, and those where a branch was not taken. */
function gaps(file) {
  const { b: counts, branchMap } = file.data
  const branches = Object.entries(counts).flatMap(([id, taken]) =>
    taken.flatMap((count, index) => (count === 0 ? [branchMap[id].locations[index].start.line] : [])),
  )
  return ranges([...new Set([...file.getUncoveredLines().map(Number), ...branches])].sort((a, b) => a - b))
}

/** [3, 4, 5, 9] -> '3-5 9' */
function ranges(lines) {
  const found = []
  for (const line of lines) {
    const last = found.at(-1)
    if (last !== undefined && last.to === line - 1) last.to = line
    else found.push({ from: line, to: line })
  }
  return found.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(' ')
}

const faults = []
for (const { folder, lines, branches } of THRESHOLDS) {
  const paths = measured.get(folder)
  if (paths.length === 0) {
    if (lines > 0) faults.push(`${folder}: no file to measure`)
    continue
  }
  const unseen = paths.filter((path) => !byPath.has(path))
  if (unseen.length > 0) faults.push(`not in the coverage data: ${unseen.join(', ')}`)
  const files = paths.flatMap((path) => byPath.get(path) ?? [])
  const actual = { lines: percentOf(files, 'lines'), branches: percentOf(files, 'branches') }
  console.log(
    `     ${folder.padEnd(20)} ${String(files.length).padStart(3)} files  lines ${actual.lines.toFixed(1)} %  branches ${actual.branches.toFixed(1)} %`,
  )
  if (actual.lines >= lines && actual.branches >= branches) continue
  faults.push(
    `${folder}: at least ${lines} % of lines and ${branches} % of branches are wanted. Not covered:`,
  )
  for (const path of paths) {
    const file = byPath.get(path)
    if (file === undefined) continue
    const { lines: l, branches: b } = file.toSummary()
    if (l.pct < 100 || b.pct < 100)
      faults.push(`  ${path}  lines ${l.pct} %  branches ${b.pct} %  at ${gaps(file)}`)
  }
}
if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exitCode = 1
}
