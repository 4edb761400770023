export type { SampleSize } from './sample-size.ts'
export { sampleSizeFor } from './sample-size.ts'
export type { SpatialSampleOptions } from './spatial-sample.ts'
export { SpatialSample, sampleHash } from './spatial-sample.ts'
