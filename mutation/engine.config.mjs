import { shared } from './shared.mjs'

export default {
  ...shared,
  mutate: ['src/application/engine/**/*.ts'],
  testFolders: ['test/unit/application/engine', 'test/integration/engine'],
  // Child processes know nothing of mutants; and these take seconds, for each mutant that survives.
  testsLeftOut: [
    'create-cache.test.ts',
    'lifetime-model.test.ts',
    'memory.test.ts',
    'model.test.ts',
    'schedules.test.ts',
  ],
  jsonReporter: { fileName: 'mutation/reports/engine.json' },
}
