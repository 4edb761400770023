/**
 * A test runner for Stryker that keeps mocha and the tests in memory: a mutant costs the tests that reach it and no
 * start of a process. Stryker's own mocha runner asks for parts of mocha that version 12 does not have.
 *
 * All mutants are in the code at once; `globalThis.__stryker__.activeMutant` chooses one. The dry run notes which test
 * reaches which mutant, and a mutant then runs these tests only. A mutant in code that runs while modules load needs a
 * process of its own, which Stryker starts.
 */
import { readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core'
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin'
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner'
import fc from 'fast-check'
import Mocha from 'mocha'

// A mutant is found when a property fails; which example is the smallest does not matter. The same run each time.
fc.configureGlobal({ endOnFailure: true, seed: 1 })

// A test that was given up may fail later: with nobody to tell, that would end the process.
process.on('uncaughtException', () => {})

/** Milliseconds for a test that a mutant reaches. The dry run has no limit: instrumented code is slow. */
const TEST_TIMEOUT = 5_000

class MochaRunner {
  static inject = tokens(commonTokens.options)
  #files
  #mocha

  constructor({ testFolders, testsLeftOut = [] }) {
    this.#files = testFolders.flatMap(testsBelow).filter((file) => !testsLeftOut.includes(basename(file)))
  }

  capabilities() {
    return { reloadEnvironment: false }
  }

  async dryRun({ coverageAnalysis, disableBail }) {
    const result = await this.#run({ bail: !disableBail, perTest: coverageAnalysis === 'perTest' })
    return result.status === DryRunStatus.Complete
      ? { ...result, mutantCoverage: instruments().mutantCoverage }
      : result
  }

  async mutantRun({ activeMutant, disableBail, hitLimit, mutantActivation, testFilter }) {
    const stryker = instruments()
    stryker.hitLimit = hitLimit
    stryker.hitCount = hitLimit === undefined ? undefined : 0
    if (mutantActivation === 'static') stryker.activeMutant = activeMutant.id
    const failed = await this.#load().catch(failedToLoad)
    if (failed !== undefined) return toMutantRunResult(failed)
    stryker.activeMutant = activeMutant.id
    const result = await this.#run({ bail: !disableBail, only: testFilter, timeout: TEST_TIMEOUT })
    return toMutantRunResult(determineHitLimitReached(stryker.hitCount, stryker.hitLimit) ?? result)
  }

  async #load() {
    if (this.#mocha !== undefined) return
    const mocha = new Mocha()
    mocha.cleanReferencesAfterRun(false)
    for (const file of this.#files) mocha.addFile(file)
    await mocha.loadFilesAsync()
    this.#mocha = mocha
  }

  async #run({ bail, perTest = false, only, timeout = 0 }) {
    await this.#load()
    const tests = []
    this.#mocha.grep(only === undefined ? /./ : new RegExp(`^(?:${only.map(escaped).join('|')})$`))
    this.#mocha.suite.eachTest((test) => test.timeout(timeout))
    this.#mocha.reporter(recorder(tests, { bail, perTest }))
    let runner
    await new Promise((done) => {
      runner = this.#mocha.run(done)
    })
    runner.dispose()
    return { status: DryRunStatus.Complete, tests }
  }
}

/** Tests that cannot even be loaded have found the mutant. */
function failedToLoad(error) {
  const name = 'the tests load'
  const outcome = { status: TestStatus.Failed, failureMessage: String(error?.stack ?? error), timeSpentMs: 0 }
  return { status: DryRunStatus.Complete, tests: [{ id: name, name, ...outcome }] }
}

/** A reporter that notes what became of each test, and tells the instruments which one runs. */
function recorder(tests, { bail, perTest }) {
  return function record(runner) {
    const note = (test, outcome) => {
      const name = test.fullTitle()
      tests.push({ id: name, name, timeSpentMs: test.duration ?? 0, ...outcome })
    }
    runner.on('test', (test) => {
      if (perTest) instruments().currentTestId = test.fullTitle()
    })
    runner.on('test end', () => {
      if (perTest) instruments().currentTestId = undefined
    })
    runner.on('pass', (test) => note(test, { status: TestStatus.Success }))
    runner.on('pending', (test) => note(test, { status: TestStatus.Skipped }))
    runner.on('fail', (test, error) => {
      // A test that was given up under an earlier mutant has come to its end: that says nothing of this one.
      if (error?.code === 'ERR_MOCHA_MULTIPLE_DONE') return
      note(test, { status: TestStatus.Failed, failureMessage: String(error?.stack ?? error) })
      if (bail) runner.abort()
    })
  }
}

function instruments() {
  globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {}
  return globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE]
}

function testsBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => resolve(join(folder, name)))
    .sort()
}

function escaped(title) {
  return title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'mocha-in-memory', MochaRunner)]

export const strykerValidationSchema = {
  properties: {
    testFolders: { description: 'Where the tests are.', type: 'array', items: { type: 'string' } },
    testsLeftOut: { description: 'Files of tests not to run.', type: 'array', items: { type: 'string' } },
  },
}
