export type { Container } from './container.ts'
export { createContainer } from './container.ts'
export type { Token } from './tokens.ts'
export { BACKEND, CACHE, CLOCK, CONFIGURATION, ENGINE, HOOKS, LOGGER, REPORT, STRATEGY } from './tokens.ts'
