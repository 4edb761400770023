export type { CurvePoint, MissRatioCurveOptions } from './miss-ratio-curve.ts'
export { MissRatioCurve, missRatioCurve } from './miss-ratio-curve.ts'
