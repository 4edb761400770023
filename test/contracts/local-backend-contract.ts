import { boundRules } from './local-backend-bounds.ts'
import { entryRules } from './local-backend-entries.ts'
import type { LocalBackendFactory } from './local-backend-rig.ts'
import { randomRuns } from './local-backend-runs.ts'
import { timeRules } from './local-backend-times.ts'
import type { TestRunner } from './runner.ts'

/**
 * What every store of entries in this process promises to the engine. A backend that keeps this contract can take the
 * place of `memory`.
 *
 * @param create makes an empty backend from bounds, a strategy and a clock; it reports broken strategies to `report`
 * @param options.seeds random runs; default 60
 * @example
 * import { describe, it } from 'node:test'
 * import { localBackendContract } from 'hitherto/testing'
 * localBackendContract({ describe, it }, 'my backend', (setup) => new MyBackend(setup))
 */
export function localBackendContract(
  runner: TestRunner,
  name: string,
  create: LocalBackendFactory,
  options: { readonly seeds?: number } = {},
): void {
  runner.describe(`${name} keeps the contract of local backends`, () => {
    entryRules(runner, create)
    boundRules(runner, create)
    timeRules(runner, create)
    randomRuns(runner, create, options.seeds ?? 60)
  })
}
