export { lirs } from './lirs.ts'
