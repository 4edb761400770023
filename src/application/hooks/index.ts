export type { CompiledPoints, CompiledSignals } from './hook-registry.ts'
export { HookRegistry } from './hook-registry.ts'
export type { PointRunner, RunnerContext } from './point-runner.ts'
export type { SignalRunner } from './signal-runner.ts'
