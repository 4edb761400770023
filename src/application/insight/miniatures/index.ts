export { Miniatures } from './miniatures.ts'
