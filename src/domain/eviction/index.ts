export { GhostQueue } from './ghost-queue.ts'
export { SlotLists } from './slot-lists.ts'
