import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { type Bar, type Figures, type Round, report } from './report.ts'
import { type Batch, serveWindows, type WindowResult } from './window.ts'

/** One subject of a comparison. */
export interface Contender {
  readonly name: string
  /** Fills the subject and returns what repeats its operation. */
  readonly start: (workload: string) => Batch | Promise<Batch>
}

/** Contenders that do the same work, measured in turns. */
export interface Comparison {
  readonly title: string
  readonly workloads: readonly string[]
  /** The first one is what the others are divided by. */
  readonly contenders: readonly Contender[]
  readonly bars?: readonly Bar[]
  /** More and shorter windows than usual (CPU milliseconds), to see a difference of a few per cent. */
  readonly turns?: { readonly rounds: number; readonly window: number }
}

const ROUNDS = 7
const WINDOW_MS = 2_000
const QUICK_WINDOW_MS = 300

/*
 * How it measures. Each contender has a process of its own: in one process, the calls of all contenders would share
 * inline caches and become polymorphic, the heap of one would be collected in the window of another, and on Node 20
 * the first use of AsyncLocalStorage by one would slow down the promises of all. The processes take turns, one window
 * each per round, and ratios are taken within a round: a disturbance that lasts longer than a round hits both sides.
 * The figure is CPU time, which a busy machine distorts far less than elapsed time.
 */

/** Measures the comparisons of a bench file; its one statement. `file` is `import.meta.filename`. */
export async function bench(file: string, comparisons: readonly Comparison[]): Promise<void> {
  const child = process.env.BENCH_CHILD
  if (child !== undefined) return measureAsChild(JSON.parse(child) as ChildRequest, comparisons)
  const options = benchOptions()
  const figures: Figures[] = []
  for (const [at, comparison] of comparisons.entries()) {
    if (!comparison.title.includes(options.only)) continue
    const names = namesOf(comparison, options.bars)
    if (names.length === 0) continue
    for (const workload of comparison.workloads) {
      if (!workload.includes(options.workload)) continue
      const rounds = await measure(file, at, comparison, workload, names, options)
      figures.push({ title: comparison.title, workload, names, rounds })
    }
  }
  await report(
    figures,
    comparisons.flatMap(({ title, bars }) => (bars ?? []).map((bar) => ({ ...bar, title }))),
    options,
  )
}

/** Who takes part: all, or only those that the bars name. */
function namesOf({ contenders, bars = [] }: Comparison, named: boolean): readonly string[] {
  const names = contenders.map(({ name }) => name)
  return named ? names.filter((name) => bars.some(({ of, to }) => name === of || name === to)) : names
}

export interface BenchOptions {
  /** CPU milliseconds per window. */
  readonly window: number
  readonly rounds: number
  /** A file for the figures. */
  readonly json: string | undefined
  /** A part of the titles of the comparisons to run. */
  readonly only: string
  /** A part of the names of the workloads to run. */
  readonly workload: string
  /** Only the contenders that the bars name: half the time. */
  readonly bars: boolean
}

/** The options of the command line that all benches share. */
export function benchOptions(): BenchOptions {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      json: { type: 'string' },
      only: { type: 'string' },
      workload: { type: 'string' },
      bars: { type: 'boolean' },
    },
  })
  return {
    window: values.quick === true ? QUICK_WINDOW_MS : WINDOW_MS,
    rounds: ROUNDS,
    json: values.json,
    only: values.only ?? '',
    workload: values.workload ?? '',
    bars: values.bars === true,
  }
}

interface ChildRequest {
  readonly comparison: number
  readonly contender: number
  readonly workload: string
}

async function measureAsChild(request: ChildRequest, comparisons: readonly Comparison[]): Promise<void> {
  const contender = comparisons[request.comparison]?.contenders[request.contender] as Contender
  await serveWindows(await contender.start(request.workload))
}

async function measure(
  file: string,
  comparison: number,
  { title, contenders, turns }: Comparison,
  workload: string,
  names: readonly string[],
  options: BenchOptions,
): Promise<Round[]> {
  const { rounds, window } = turns ?? options
  const children: ChildProcess[] = []
  try {
    for (const [contender, { name }] of contenders.entries()) {
      if (!names.includes(name)) continue
      children.push(await started(file, { comparison, contender, workload }))
    }
    const results: Round[] = []
    for (let round = 0; round < rounds; round++) {
      progress(`${title} (${workload}): round ${round + 1} of ${rounds}`)
      results.push(await takeTurns(children, round, window))
    }
    progress('')
    return results
  } finally {
    for (const child of children) child.kill()
  }
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

/** One window of each child; each round begins with another one. */
async function takeTurns(children: readonly ChildProcess[], round: number, window: number): Promise<Round> {
  const nanoseconds = new Array<number>(children.length)
  for (let turn = 0; turn < children.length; turn++) {
    const at = (turn + round) % children.length
    const child = children[at] as ChildProcess
    child.send({ cpu: window })
    const { cpu, operations } = (await answer(child)) as WindowResult
    nanoseconds[at] = (cpu * 1_000) / operations
  }
  return nanoseconds
}

async function started(file: string, request: ChildRequest): Promise<ChildProcess> {
  const child = fork(file, [], {
    env: { ...process.env, BENCH_CHILD: JSON.stringify(request) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  await answer(child)
  return child
}

/** The next message of a child; an error if it ends first. */
export async function answer(child: ChildProcess): Promise<unknown> {
  const settled = new AbortController()
  const { signal } = settled
  try {
    const ended = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`A contender ended with code ${code}.`)
    })
    const [message] = await Promise.race([once(child, 'message', { signal }), ended])
    return message
  } finally {
    settled.abort()
  }
}
