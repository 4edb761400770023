import type { Express, RequestHandler } from 'express'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'

/**
 * The one place that knows how the cache is put into an application. The suite's origin answers by what it has
 * configured for a test, counts its requests by one of their headers, and notes all the others for the client, without
 * a Vary for either: to a cache that observes what is read, no two of its requests are alike.
 */
const NOT_OBSERVED = { observe: false } as const

export type MountOptions = Readonly<Record<string, unknown>>

interface Cache {
  close(): Promise<void>
}

/** Closes what was mounted; `undefined` when there was nothing to mount. */
export type Unmount = (() => Promise<void>) | undefined

export async function mountExpress(app: Express, options: MountOptions = {}): Promise<Unmount> {
  const adapter = await load<{ httpCache: (options: { cache: Cache }) => RequestHandler }>(
    '../../adapters/express/index.ts',
  )
  const cache = adapter && (await createCache())
  if (adapter === undefined || cache === undefined) return undefined
  app.use(adapter.httpCache({ cache, ...NOT_OBSERVED, ...options }))
  return () => cache.close()
}

export async function mountFastify(app: FastifyInstance, options: MountOptions = {}): Promise<Unmount> {
  const adapter = await load<{ cachePlugin: FastifyPluginAsync<{ cache: Cache }> }>(
    '../../adapters/fastify/index.ts',
  )
  const cache = adapter && (await createCache())
  if (adapter === undefined || cache === undefined) return undefined
  await app.register(adapter.cachePlugin, { cache, ...NOT_OBSERVED, ...options })
  return () => cache.close()
}

async function createCache(): Promise<Cache | undefined> {
  const core = await load<{ createCache: () => Promise<Cache> }>('../../src/create-cache.ts')
  return core?.createCache()
}

/** `undefined` when the file itself is not there; a file that is there and fails to load is an error. */
async function load<Module>(path: string): Promise<Module | undefined> {
  const { href } = new URL(path, import.meta.url)
  try {
    return (await import(href)) as Module
  } catch (error) {
    const { code, url } = error as { code?: string; url?: string }
    if (code === 'ERR_MODULE_NOT_FOUND' && url === href) return undefined
    throw error
  }
}
