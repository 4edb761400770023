export { arc } from './arc.ts'
