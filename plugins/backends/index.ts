export { MemoryBackend } from './memory/index.ts'
