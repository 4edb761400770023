export { processWarnings } from './process-warnings.ts'
