export type { Auto, AutoFactory } from './auto.ts'
export { autoStrategy } from './auto.ts'
export type { AutoReport, CandidateReport, SwitchReport } from './report.ts'
