export type { ChooserOptions, Gain } from './chooser.ts'
export { Chooser } from './chooser.ts'
export type { Tally } from './fading-record.ts'
