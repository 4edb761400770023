export type { Intake } from './clone-policy.ts'
export { copyOf, intake } from './clone-policy.ts'
export { ENTRY_OVERHEAD, estimateBytes, textBytes } from './estimate-bytes.ts'
export type { CopyKind } from './survey.ts'
