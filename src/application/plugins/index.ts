export type { HostParts, Started } from './plugin-host.ts'
export { hostFor, startPlugins } from './plugin-host.ts'
export type { Planned } from './plugin-order.ts'
export { inOrder } from './plugin-order.ts'
