import type { Options } from 'k6/options'
import { browse, iteration, phases } from '../traffic/index.ts'

export { handleSummary, setup } from '../traffic/index.ts'

/**
 * Twenty times the requests within a second. They come at their times whether the server keeps up or not (open
 * model); k6 warns of those it had no user for (`dropped_iterations`).
 */
export const options: Options = phases(
  {
    crowd: {
      executor: 'ramping-arrival-rate',
      startRate: 30,
      preAllocatedVUs: 200,
      stages: [
        { duration: '15s', target: 30 },
        { duration: '1s', target: 600 },
        { duration: '10s', target: 600 },
        { duration: '1s', target: 30 },
        { duration: '10s', target: 30 },
      ],
    },
  },
  37,
  { requests: 1_500, hitRatio: 0.5, hitP95Ms: 4_000, missP95Ms: 5_000 },
)

export default function (): void {
  iteration(browse)
}
