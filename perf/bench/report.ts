import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'

/** Nanoseconds of CPU per operation, by contender. */
export type Round = readonly number[]

/** What was measured for one workload of a comparison. */
export interface Figures {
  readonly title: string
  readonly workload: string
  readonly names: readonly string[]
  readonly rounds: readonly Round[]
}

/** A promise about a ratio: `of` costs at most `limit` times as much as `to`, in each workload. */
export interface Bar {
  readonly of: string
  readonly to: string
  readonly limit: number
}

interface Line {
  readonly name: string
  readonly median: number
  readonly least: number
  readonly most: number
  readonly ratio: number
}

interface Verdict {
  readonly text: string
  readonly worst: number
  readonly met: boolean
}

/** Prints one table per workload and the bars; writes all of it as JSON where asked. */
export async function report(
  figures: readonly Figures[],
  bars: readonly (Bar & { readonly title: string })[],
  { window, json }: { readonly window: number; readonly json: string | undefined },
): Promise<void> {
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', load: loadavg()[0] ?? 0 }
  console.log(
    `Node ${machine.node}, ${machine.cpu}, load ${machine.load.toFixed(1)}, ${window} ms of CPU a window`,
  )
  const tables = figures.map((each) => ({ title: each.title, workload: each.workload, lines: linesOf(each) }))
  for (const { title, workload, lines } of tables) {
    console.log(`\n${title}, ${workload} (CPU ns per operation; ratio to the first line)`)
    printTable(lines)
  }
  const verdicts = bars.flatMap((bar) => verdict(bar, figures))
  if (verdicts.length > 0) console.log('\nBars (worst workload)')
  for (const { text, worst, met } of verdicts) printBar(text, worst.toFixed(2), met)
  if (json !== undefined) {
    writeFileSync(
      json,
      `${JSON.stringify({ ...machine, window, figures, tables, bars: verdicts }, null, 2)}\n`,
    )
  }
}

/** One line that says whether a promise was kept. */
export function printBar(text: string, measured: string, met: boolean): void {
  console.log(`  ${met ? 'met   ' : 'MISSED'} ${text}: ${measured}`)
}

/** A table with the first column left and the others right aligned. */
export function printColumns(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    )
    console.log(`  ${cells.join('  ')}`)
  }
}

function printTable(lines: readonly Line[]): void {
  printColumns([
    ['', 'median', 'min', 'max', 'ratio'],
    ...lines.map(({ name, median, least, most, ratio }) => [
      name,
      median.toFixed(0),
      least.toFixed(0),
      most.toFixed(0),
      `${ratio.toFixed(2)}x`,
    ]),
  ])
}

function linesOf({ names, rounds }: Figures): Line[] {
  return names.map((name, at) => {
    const values = rounds.map((round) => round[at] as number)
    return {
      name,
      median: medianOf(values),
      least: Math.min(...values),
      most: Math.max(...values),
      ratio: ratioOf(rounds, at, 0),
    }
  })
}

/** The median of the ratios within each round. */
function ratioOf(rounds: readonly Round[], of: number, to: number): number {
  return medianOf(rounds.map((round) => (round[of] as number) / (round[to] as number)))
}

function verdict(bar: Bar & { readonly title: string }, figures: readonly Figures[]): Verdict[] {
  const ratios = figures
    .filter(({ title }) => title === bar.title)
    .map(({ names, rounds }) => ratioOf(rounds, indexOf(names, bar.of), indexOf(names, bar.to)))
  if (ratios.length === 0) return []
  const worst = Math.max(...ratios)
  return [{ text: `${bar.of} at most ${bar.limit}x ${bar.to}`, worst, met: worst <= bar.limit }]
}

function indexOf(names: readonly string[], name: string): number {
  const at = names.indexOf(name)
  if (at === -1) throw new Error(`No contender is called ${name}.`)
  return at
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >>> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
