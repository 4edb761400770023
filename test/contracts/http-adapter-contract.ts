import { answerRules } from './http-adapter-answers.ts'
import { bodyRules } from './http-adapter-bodies.ts'
import { chainRules } from './http-adapter-chain.ts'
import { collapsingRules } from './http-adapter-collapsing.ts'
import { compressionRules } from './http-adapter-compression.ts'
import { dependencyRules } from './http-adapter-dependencies.ts'
import type { HttpAdapterDriver } from './http-adapter-driver.ts'
import { faultRules } from './http-adapter-faults.ts'
import { groupRules } from './http-adapter-groups.ts'
import { languageRules } from './http-adapter-languages.ts'
import { negativeRules } from './http-adapter-negative.ts'
import { noVarySearchRules } from './http-adapter-no-vary-search.ts'
import { permissionRules } from './http-adapter-permissions.ts'
import { personRules } from './http-adapter-persons.ts'
import { policyRules } from './http-adapter-policies.ts'
import { purgeRules } from './http-adapter-purges.ts'
import { queryRules } from './http-adapter-queries.ts'
import { rangeRules } from './http-adapter-ranges.ts'
import { reloadRules } from './http-adapter-reload.ts'
import { revalidationRules } from './http-adapter-revalidation.ts'
import { staleRules } from './http-adapter-stale.ts'
import { streamRules } from './http-adapter-streams.ts'
import { targetingRules } from './http-adapter-targeting.ts'
import { tornBodyRules } from './http-adapter-torn-bodies.ts'
import { validationRules } from './http-adapter-validation.ts'
import { writeRules } from './http-adapter-writes.ts'
import type { TestRunner } from './runner.ts'

/**
 * What every HTTP adapter promises, in whatever framework's words: what is stored and reused, what drops it, what
 * waits for what, and that nobody notices the cache but by the time it takes. An adapter for another framework is
 * tried by a driver of its own.
 *
 * @param driver serves the suite's handlers through the framework with the adapter in front of them
 * @example
 * import { describe, it } from 'node:test'
 * import { httpAdapterContract } from 'hitherto/testing'
 * httpAdapterContract({ describe, it }, { name: 'Koa', serve: (routes, options) => startKoa(routes, options) })
 */
export function httpAdapterContract(runner: TestRunner, driver: HttpAdapterDriver): void {
  runner.describe(`${driver.name} keeps the contract of HTTP adapters`, () => {
    answerRules(runner, driver)
    validationRules(runner, driver)
    revalidationRules(runner, driver)
    rangeRules(runner, driver)
    compressionRules(runner, driver)
    staleRules(runner, driver)
    negativeRules(runner, driver)
    permissionRules(runner, driver)
    policyRules(runner, driver)
    targetingRules(runner, driver)
    languageRules(runner, driver)
    personRules(runner, driver)
    dependencyRules(runner, driver)
    writeRules(runner, driver)
    purgeRules(runner, driver)
    groupRules(runner, driver)
    noVarySearchRules(runner, driver)
    queryRules(runner, driver)
    collapsingRules(runner, driver)
    bodyRules(runner, driver)
    tornBodyRules(runner, driver)
    streamRules(runner, driver)
    chainRules(runner, driver)
    faultRules(runner, driver)
    reloadRules(runner, driver)
  })
}
