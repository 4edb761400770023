import { shared } from './shared.mjs'

export default {
  ...shared,
  mutate: ['src/domain/**/*.ts'],
  testFolders: ['test/unit/domain'],
  jsonReporter: { fileName: 'mutation/reports/domain.json' },
}
