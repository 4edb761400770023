export type { ChooserOptions, Gain, Tally } from './chooser/index.ts'
export { Chooser } from './chooser/index.ts'
export { Miniatures } from './miniatures/index.ts'
export type { CurvePoint, MissRatioCurveOptions } from './miss-ratio-curve/index.ts'
export { MissRatioCurve, missRatioCurve } from './miss-ratio-curve/index.ts'
export type { SampleSize, SpatialSampleOptions } from './sampling/index.ts'
export { SpatialSample, sampleHash, sampleSizeFor } from './sampling/index.ts'
export type {
  CacheSize,
  ReadTrace,
  ReplayOptions,
  SimulatedSize,
  SimulationOptions,
  StrategySummary,
  Trace,
  TraceFormat,
} from './simulator/index.ts'
export {
  capacityOf,
  optimalHits,
  readTrace,
  replay,
  simulate,
  summarise,
  traceFormatOf,
  traceOf,
} from './simulator/index.ts'
