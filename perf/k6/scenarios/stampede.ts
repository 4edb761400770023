import { sleep } from 'k6'
import exec from 'k6/execution'
import type { Options } from 'k6/options'
import type { Page } from '../pages.ts'
import { iteration, pages, phases, visit } from '../traffic/index.ts'

export { handleSummary, setup } from '../traffic/index.ts'

const users = 200
const rounds = 15

/** In each round all users ask for one page that nobody has asked for before: its handler runs once. */
export const options: Options = phases(
  {
    herd: {
      executor: 'per-vu-iterations',
      vus: users,
      iterations: rounds,
      maxDuration: `${rounds + 15}s`,
    },
  },
  rounds + 15,
  { requests: users * rounds, hitRatio: 0, hitP95Ms: 2_000, missP95Ms: 4_000, misses: rounds },
)

/** Users meet by the clock: round n, from 0, begins n + 2 seconds after the scenario. */
export default function (): void {
  iteration(() => {
    const round = exec.vu.iterationInScenario
    const begins = exec.scenario.startTime + (round + 2) * 1_000
    sleep(Math.max(0, begins - Date.now()) / 1_000)
    visit(pages.cold[round] as Page)
  })
}
