import type { SurfacePlugin } from '../../src/domain/index.ts'
export const httpResponse: SurfacePlugin<object> = { name: 'http-response', start: (host) => host.provide({}) }
