export { FrequencySketch } from './frequency-sketch.ts'
export { GhostQueue } from './ghost-queue.ts'
export { GhostTable } from './ghost-table.ts'
export { SlotLists } from './slot-lists.ts'
