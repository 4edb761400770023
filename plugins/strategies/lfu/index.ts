export { lfu } from './lfu.ts'
