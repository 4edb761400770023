export { wTinyLfu } from './w-tinylfu.ts'
