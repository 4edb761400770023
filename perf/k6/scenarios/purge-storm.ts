import type { Options } from 'k6/options'
import { browse, change, iteration, phases, think } from '../traffic/index.ts'

export { handleSummary, setup } from '../traffic/index.ts'

/**
 * Ten changes a second, through both servers, while others read. Countries with many cities change most often, and
 * each change drops all pages that show one of its cities. Nobody may see a report older than one seen before.
 */
export const options: Options = phases(
  {
    readers: { executor: 'constant-vus', vus: 10, duration: '20s', exec: 'read' },
    writers: {
      executor: 'constant-arrival-rate',
      rate: 10,
      duration: '20s',
      preAllocatedVUs: 20,
      exec: 'write',
    },
  },
  20,
  { requests: 300, hitRatio: 0.05, hitP95Ms: 3_000, missP95Ms: 4_000, purges: 50 },
)

export function read(): void {
  iteration(browse)
  think(0.1)
}

export function write(): void {
  iteration(change)
}
