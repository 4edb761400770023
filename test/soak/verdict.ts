import { growth } from './growth.ts'
import type { SoakReport } from './soak.ts'

/** What may be there at the end that was not there at the start, bytes. */
export interface Limits {
  readonly heap: number
  readonly buffers: number
}

/** What is wrong: answers, faults, memory or handles that are not given back. Empty if nothing is. */
export function verdict({ tally, start, end, samples, handles }: SoakReport, limits: Limits): string[] {
  const [before, after] = [handles.start, handles.end].map((open) => JSON.stringify(open))
  return [
    ...(tally.wrong > 0 ? [`${tally.wrong} wrong answers`] : []),
    ...tally.faults,
    ...(tally.compared === 0 ? ['nothing was compared'] : []),
    ...grown('the heap', end.heap - start.heap, limits.heap),
    ...grown('memory outside of the heap', end.buffers - start.buffers, limits.buffers),
    ...grown('the heap, round by round,', growth(samples.map(({ heap }) => heap)), limits.heap),
    ...(before === after ? [] : [`open at the end: ${after}, at the start: ${before}`]),
  ]
}

function grown(what: string, bytes: number, limit: number): string[] {
  return bytes > limit ? [`${what} grew by ${(bytes / 1e6).toFixed(1)} MB, more than ${limit / 1e6}`] : []
}

/** The figures of a soak, for people. */
export function summary({ framework, tally, seconds, start, end, samples }: SoakReport): string {
  const { requests, compared, hits, notModified, parts, left, torn, failed, writes, purges, reloads } = tally
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1)
  const last = samples.at(-1)
  const figures = [
    `${requests} requests, ${hits} hits, ${notModified} times 304, ${parts} parts`,
    `${compared} answers compared, ${tally.wrong} wrong`,
    `${left} clients left, ${torn} answers cut off and ${failed} failed by their handlers`,
    `${writes} writes, ${purges} purges, ${reloads} changes of the configuration`,
    `heap ${megabytes(start.heap)} MB when warm, ${megabytes(end.heap)} at the end, both empty`,
    `outside of it ${megabytes(start.buffers)} MB and ${megabytes(end.buffers)}`,
    `heap round by round ${samples.map(({ heap }) => megabytes(heap)).join(' ')}`,
    `${last?.entries ?? 0} entries of ${megabytes(last?.bytes ?? 0)} MB in the cache before it was emptied`,
  ]
  return `${framework}, ${seconds.toFixed(0)} s\n  ${figures.join('\n  ')}`
}
