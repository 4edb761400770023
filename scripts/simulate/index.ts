export { type Output, simulateCommand } from './command.ts'
