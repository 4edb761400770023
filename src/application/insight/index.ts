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
