export type {
  EngineParts,
  GenerationParts,
  Keeping,
  Lifecycle,
  Pending,
  SurfacePort,
} from './engine/index.ts'
export {
  CacheView,
  checkedPairs,
  countFor,
  Engine,
  Generation,
  metricsOf,
  statsOf,
  surfacePort,
} from './engine/index.ts'
export type { CompiledPoints, CompiledSignals } from './hooks/index.ts'
export { HookRegistry } from './hooks/index.ts'
export type {
  ChooserOptions,
  CurvePoint,
  Gain,
  MissRatioCurveOptions,
  SampleSize,
  SpatialSampleOptions,
  Tally,
} from './insight/index.ts'
export {
  Chooser,
  Miniatures,
  MissRatioCurve,
  missRatioCurve,
  SpatialSample,
  sampleHash,
  sampleSizeFor,
} from './insight/index.ts'
export type { HostParts, Planned, Started } from './plugins/index.ts'
export { hostFor, inOrder, startPlugins } from './plugins/index.ts'
