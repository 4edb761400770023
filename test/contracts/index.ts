export type { Chaos, Trouble, TroubleKind } from './chaos.ts'
export { ChaosError, chaosBySeed } from './chaos.ts'
export { chaosBackend } from './chaos-backend.ts'
export type { ClockReach } from './chaos-clock.ts'
export { chaosClock } from './chaos-clock.ts'
export { chaosPlugin } from './chaos-plugin.ts'
export type { CacheCounts } from './counted.ts'
export { during } from './counted.ts'
export type { FakeClock } from './fake-clock.ts'
export { fakeClock } from './fake-clock.ts'
export { httpAdapterContract } from './http-adapter-contract.ts'
export type {
  ContractHandler,
  ContractHead,
  ContractHeaders,
  ContractLayer,
  ContractPolicy,
  ContractPurge,
  ContractRequest,
  ContractResponse,
  ContractRoute,
  ContractServer,
  HttpAdapterDriver,
  ServeOptions,
} from './http-adapter-driver.ts'
export { localBackendContract } from './local-backend-contract.ts'
export type { LocalBackendFactory, LocalBackendSetup } from './local-backend-rig.ts'
export { expectDependsOn, expectHit, expectIndependentOf, expectMiss, expectStale } from './matchers.ts'
export type { Random } from './random.ts'
export { forEachSeed, seededRandom } from './random.ts'
export { referenceFifo, referenceLru, referenceTtl } from './reference-strategies.ts'
export type { TestRunner } from './runner.ts'
export type { StrategyContractOptions } from './strategy-contract.ts'
export { strategyContract } from './strategy-contract.ts'
