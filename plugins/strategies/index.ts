export { fifo } from './fifo/index.ts'
export { lru } from './lru/index.ts'
export { ttl } from './ttl/index.ts'
