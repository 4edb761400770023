import type { Options } from 'k6/options'
import { browse, iteration, phases, think } from '../traffic/index.ts'

export { handleSummary, setup } from '../traffic/index.ts'

/** From nobody to 100 users and back: the more of them, the more is a hit. */
export const options: Options = phases(
  {
    users: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [
        { duration: '30s', target: 100 },
        { duration: '20s', target: 100 },
        { duration: '10s', target: 0 },
      ],
    },
  },
  60,
  { requests: 2_000, hitRatio: 0.5, hitP95Ms: 1_000, missP95Ms: 3_000 },
)

export default function (): void {
  iteration(browse)
  think(0.4)
}
