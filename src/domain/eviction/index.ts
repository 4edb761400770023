export { SlotLists } from './slot-lists.ts'
