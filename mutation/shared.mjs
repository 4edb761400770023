/** What the runs have in common. Paths are relative to the root of the repository, where Stryker is started. */
export const shared = {
  testRunner: 'mocha-in-memory',
  plugins: ['./mutation/mocha-runner.mjs'],
  testRunnerNodeArgs: ['--import', 'tsx'],
  coverageAnalysis: 'perTest',
  concurrency: 1,
  timeoutMS: 3_000,
  // Stryker would read the settings with the compiler's API, which TypeScript 7 does not have.
  tsconfigFile: 'none.json',
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  thresholds: { high: 90, low: 80, break: 80 },
  tempDirName: 'mutation/.sandbox',
  ignorePatterns: ['perf', 'demo', 'dist', 'coverage', '.node-latest', 'mutation/reports'],
}
