import { type ChildProcess, fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { answer, benchOptions } from './harness.ts'
import { askAll, connections, requestText } from './http-client.ts'
import type { HerdReading } from './http-herd-server.ts'
import { printBar, printColumns } from './report.ts'

/*
 * Misses in masses over HTTP: a herd that asks for one page at once, and floods of pages that somebody has made up to
 * fill the cache. Each server is a process of its own.
 */

const HERD = 1_000
/** What else runs on the machine delays some of them. */
const HERDS = 5
/** How long the handler takes, milliseconds. */
const HANDLER = 500
const VARIANTS = 1_000
const LONG_KEYS = 6_000
const LONG_KEY = 20_000
const MOST_MEMORY = 100 * 2 ** 20

interface Flood {
  readonly entries: number
  readonly kept: number
  readonly grown: number
}

interface Figures {
  readonly herd: { readonly runs: number; readonly median: number; readonly p99: number }
  readonly floods: Readonly<Record<string, Flood>>
}

const FLOODS: Readonly<Record<string, () => readonly string[]>> = {
  [`${VARIANTS} variants by Vary, 50 KiB each`]: () => variants('/vary'),
  [`${VARIANTS} variants by a header that is read, 50 KiB each`]: () => variants('/read'),
  [`${LONG_KEYS} keys of ${LONG_KEY} characters`]: () =>
    Array.from({ length: LONG_KEYS }, (_, i) => requestText(`/page?${i}=${'k'.repeat(LONG_KEY)}`)),
}

const { json } = benchOptions()
console.log(`Node ${process.version}`)
const figures: Record<string, Figures> = {}
for (const framework of ['express', 'fastify']) {
  const herd = await withServer(framework, thunder)
  const text = `${framework}, ${HERD} concurrent misses of a page that takes ${HANDLER} ms`
  printBar(`${text}, ${HERDS} times: one run of the handler each`, String(herd.runs), herd.runs === HERDS)
  printBar(
    `${text}: p99 (median of ${HERDS}) at most ${1.3 * HANDLER} ms`,
    `${herd.p99.toFixed(0)} (median ${herd.median.toFixed(0)})`,
    herd.p99 <= 1.3 * HANDLER,
  )
  const floods: Record<string, Flood> = {}
  for (const [name, requests] of Object.entries(FLOODS)) {
    const after = await withServer(framework, (server, port) => flood(server, port, requests()))
    floods[name] = after
    const grown = `${(after.grown / 2 ** 20).toFixed(1)} MiB`
    printBar(
      `${framework}, ${name}: resident memory grows less than 100 MiB`,
      grown,
      after.grown < MOST_MEMORY,
    )
    printColumns([
      ['entries', String(after.entries)],
      ['bytes (estimated by the cache)', String(after.kept)],
    ])
  }
  figures[framework] = { herd, floods }
}
if (json !== undefined)
  writeFileSync(json, `${JSON.stringify({ node: process.version, figures }, null, 2)}\n`)

function variants(target: string): string[] {
  return Array.from({ length: VARIANTS }, (_, i) => requestText(target, `X-Variant: ${i}\r\n`))
}

async function thunder(server: ChildProcess, port: number): Promise<Figures['herd']> {
  const sockets = await connections(port, HERD)
  // Compiled, and all connections used once.
  await askAll(
    sockets,
    Array.from({ length: HERD }, (_, i) => requestText(`/page?${i % 50}`)),
  )
  const before = await reading(server)
  const herds: number[][] = []
  for (let i = 0; i < HERDS; i++) {
    const took = await askAll(sockets, new Array<string>(HERD).fill(requestText(`/slow?${i}`)))
    herds.push(took.sort((a, b) => a - b))
  }
  const after = await reading(server)
  return {
    runs: after.runs - before.runs,
    median: medianOf(herds, HERD / 2),
    p99: medianOf(herds, Math.ceil(0.99 * HERD) - 1),
  }
}

/** Of the herds' sorted times, each at one place. */
function medianOf(herds: readonly number[][], place: number): number {
  const all = herds.map((took) => took[place] as number).sort((a, b) => a - b)
  return all[all.length >>> 1] as number
}

async function flood(server: ChildProcess, port: number, requests: readonly string[]): Promise<Flood> {
  const sockets = await connections(port, 16)
  await askAll(
    sockets,
    Array.from({ length: 2_000 }, (_, i) => requestText(`/page?${i % 50}`)),
  )
  const before = await reading(server)
  await askAll(sockets, requests)
  const { entries, bytes, peak } = await reading(server)
  return { entries, kept: bytes, grown: peak - before.resident }
}

async function withServer<T>(
  framework: string,
  task: (server: ChildProcess, port: number) => Promise<T>,
): Promise<T> {
  const file = new URL('./http-herd-server.js', import.meta.url)
  const server = fork(file, [framework, String(HANDLER)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  try {
    return await task(server, (await answer(server)) as number)
  } finally {
    server.kill()
  }
}

async function reading(server: ChildProcess): Promise<HerdReading> {
  server.send('read')
  return (await answer(server)) as HerdReading
}
