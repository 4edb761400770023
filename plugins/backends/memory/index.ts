export type { MemoryOptions } from './memory-backend.ts'
export { MemoryBackend } from './memory-backend.ts'
