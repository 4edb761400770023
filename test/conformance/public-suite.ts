// biome-ignore-all lint/correctness/useImportExtensions: the suite is JavaScript; its declarations lie beside it.
// The one place that reaches into the suite's own files.
export type { RawResult } from '../fixtures/http-cache-tests/test-engine/client/runner.mjs'
export { getResults, runTests } from '../fixtures/http-cache-tests/test-engine/client/runner.mjs'
export { determineTestResult } from '../fixtures/http-cache-tests/test-engine/lib/results.mjs'
export { default as handleConfig } from '../fixtures/http-cache-tests/test-engine/server/handle-config.mjs'
export { default as handleState } from '../fixtures/http-cache-tests/test-engine/server/handle-state.mjs'
export { default as handleTest } from '../fixtures/http-cache-tests/test-engine/server/handle-test.mjs'
export type { Group, Step, Test } from '../fixtures/http-cache-tests/tests/index.mjs'
export { default as allGroups } from '../fixtures/http-cache-tests/tests/index.mjs'
