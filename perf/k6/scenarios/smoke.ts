import type { Options } from 'k6/options'
import { browse, change, iteration, phases } from '../traffic/index.ts'

export { handleSummary, setup } from '../traffic/index.ts'

/**
 * A few seconds of everyday traffic, with a change now and then: does it work at all? CI runs this one beside its other
 * checks, so the load is light, and the bars on time and number are there for a server that hangs.
 */
export const options: Options = phases(
  {
    readers: {
      executor: 'constant-arrival-rate',
      rate: 50,
      duration: '10s',
      preAllocatedVUs: 25,
      exec: 'read',
    },
    writers: {
      executor: 'constant-arrival-rate',
      rate: 1,
      timeUnit: '2s',
      duration: '10s',
      preAllocatedVUs: 2,
      exec: 'write',
    },
  },
  10,
  { requests: 100, hitRatio: 0.2, hitP95Ms: 8_000, missP95Ms: 8_000, purges: 1 },
)

export function read(): void {
  iteration(browse)
}

export function write(): void {
  iteration(change)
}
