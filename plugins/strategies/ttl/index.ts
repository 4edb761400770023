export { ttl } from './ttl.ts'
