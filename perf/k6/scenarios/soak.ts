import type { Options } from 'k6/options'
import { browse, change, iteration, phases } from '../traffic/index.ts'

export { handleSummary, setup } from '../traffic/index.ts'

const minutes = Number(__ENV.MINUTES ?? 10)

/** Everyday traffic with changes for a long time; `--minutes` says how long on each server. */
export const options: Options = phases(
  {
    readers: {
      executor: 'constant-arrival-rate',
      rate: 60,
      duration: `${minutes}m`,
      preAllocatedVUs: 60,
      exec: 'read',
    },
    writers: {
      executor: 'constant-arrival-rate',
      rate: 1,
      timeUnit: '5s',
      duration: `${minutes}m`,
      preAllocatedVUs: 2,
      exec: 'write',
    },
  },
  minutes * 60,
  { requests: 3_000 * minutes, hitRatio: 0.5, hitP95Ms: 1_000, missP95Ms: 3_000, purges: 10 * minutes },
)

export function read(): void {
  iteration(browse)
}

export function write(): void {
  iteration(change)
}
