/**
 * The size of each name that can be imported, and its bounds in entry-sizes.json.
 *
 * Measured is what Node reads when it loads the entry: its static imports, whole files, without what is loaded only
 * when it is named (strategies, plugins) and without optional peers. All of that is bundled, minified and gzipped;
 * servers do none of this, but the figure follows the code and not its comments or names. The first column is this
 * package alone, the second has its runtime dependencies, too.
 *
 * Usage: node scripts/entry-sizes.mjs [--update], after a build.
 * `--update` sets each bound to 15 % above what is measured; without it a size over its bound fails, and so does an
 * entry without a bound, or a bound without an entry.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const boundsPath = join(import.meta.dirname, 'entry-sizes.json')
const MARGIN = 1.15
const FEWEST_MODULES = 5

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const peers = Object.keys(manifest.peerDependencies ?? {})

const lazyStaysOutside = {
  name: 'lazy-stays-outside',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}

async function measure(target, options) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [target],
    bundle: true,
    minify: true,
    treeShaking: false,
    ignoreAnnotations: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    write: false,
    metafile: true,
    logLevel: 'error',
    plugins: [lazyStaysOutside],
    ...options,
  })
  return {
    bytes: gzipSync(outputFiles[0].contents, { level: 9 }).length,
    modules: Object.keys(metafile.inputs).length,
  }
}

async function measureAll() {
  const sizes = {}
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    if (dirname(target) === '.') continue
    const own = await measure(target, { packages: 'external' })
    const whole = await measure(target, { external: peers })
    if (own.modules < FEWEST_MODULES)
      throw new Error(`${target} has ${own.modules} modules: is this the build?`)
    sizes[`${manifest.name}${subpath.slice(1)}`] = {
      own: own.bytes,
      withDependencies: whole.bytes,
      modules: own.modules,
    }
  }
  return sizes
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`

function printTable(sizes, bounds) {
  const row = (cells) =>
    console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(24) : cell.padStart(16))).join(''))
  row(['min + gzip', 'modules', 'alone', 'bound', '+ dependencies', 'bound'])
  for (const [name, { own, withDependencies, modules }] of Object.entries(sizes)) {
    const bound = bounds[name]
    const limits = [bound?.own, bound?.withDependencies].map((limit) =>
      limit === undefined ? 'none' : kilobytes(limit),
    )
    row([name, String(modules), kilobytes(own), limits[0], kilobytes(withDependencies), limits[1]])
  }
}

function faults(sizes, bounds) {
  const found = Object.keys(bounds)
    .filter((name) => sizes[name] === undefined)
    .map((name) => `${name} has a bound and no entry`)
  for (const [name, size] of Object.entries(sizes)) {
    for (const column of ['own', 'withDependencies']) {
      const limit = bounds[name]?.[column]
      if (typeof limit !== 'number') found.push(`${name} has no bound "${column}"`)
      else if (size[column] > limit)
        found.push(`${name} (${column}) is ${size[column]} bytes, over its bound of ${limit}`)
    }
  }
  return found
}

/** 15 % above, to the next hundred bytes. */
const withMargin = (bytes) => Math.ceil((bytes * MARGIN) / 100) * 100

const sizes = await measureAll()
if (process.argv.includes('--update')) {
  const bounds = Object.fromEntries(
    Object.entries(sizes).map(([name, { own, withDependencies }]) => [
      name,
      { own: withMargin(own), withDependencies: withMargin(withDependencies) },
    ]),
  )
  writeFileSync(boundsPath, `${JSON.stringify(bounds, null, 2)}\n`)
}
const bounds = JSON.parse(readFileSync(boundsPath, 'utf8'))
printTable(sizes, bounds)
const found = faults(sizes, bounds)
if (found.length > 0) {
  console.error(
    `\n${found.join('\n')}\nFind out what has grown. If it is worth it: npm run sizes:update, and commit scripts/entry-sizes.json.`,
  )
  process.exitCode = 1
}
