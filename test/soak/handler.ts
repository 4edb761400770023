import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import type { Cache } from '../../src/index.ts'
import type { Random } from '../contracts/index.ts'
import { etagOf, type Rendered, rendered } from './kinds.ts'
import { type Asked, addressOf, groupName, PAGES_OF_A_KIND, type Version, versionOf } from './page.ts'
import type { World } from './world.ts'

/** What goes wrong while an answer is sent: its connection is cut, or its source fails, halfway. */
export type Trouble = 'cut' | 'break'

export interface Made extends Rendered {
  readonly trouble?: Trouble | undefined
  readonly tags?: readonly string[]
}

/** The page itself has no failures; who waits for one gets this. */
export class FailureOnPurpose extends Error {
  override readonly name = 'FailureOnPurpose'
}

/** What the handlers of a server stand on. */
export interface Site {
  readonly world: World
  readonly random: Random
  /** Without a cache the server is the reference: it makes what it is told to make, at once and without troubles. */
  readonly cache: Cache | undefined
  /** Handlers under way, and all runs for requests that read. */
  readonly runs: { now: number; reading: number }
}

/** The header that tells the reference which version to make. */
export const PINNED = 'x-pinned'
/** The header of an answer to a write: what was changed, as `name=version` lists. */
export const WROTE = 'x-wrote'

const READING = new Set(['GET', 'HEAD', 'QUERY'])

/** The handler of all routes, in no framework's words. */
export async function handle(asked: Asked, site: Site): Promise<Made> {
  if (site.cache === undefined) return rendered(asked, versionOf(String(asked.headers[PINNED])))
  site.runs.now += 1
  try {
    if (!READING.has(asked.method)) return await written(asked, site, site.cache)
    site.runs.reading += 1
    return await read(asked, site, site.cache)
  } finally {
    site.runs.now -= 1
  }
}

async function read(asked: Asked, { world, random }: Site, cache: Cache): Promise<Made> {
  const page = addressOf(asked.target)
  const group = await cache.getOrSet(
    page.groupName,
    async () => {
      const version = world.version(page.groupName)
      await pause(random)
      return version
    },
    { tags: [page.groupName], ttl: page.n % 3 === 0 ? '300ms' : '1m' },
  )
  await pause(random)
  const version: Version = { page: world.version(page.pageName), group }
  const tags = page.n % 2 === 0 ? { tags: [page.pageName] } : {}
  if (page.kind === 'tagged' && asked.headers['if-none-match'] === etagOf(page, version)) {
    const { headers } = rendered(asked, version)
    return { status: 304, headers, body: Buffer.alloc(0), manner: 'whole', ...tags }
  }
  const made = rendered(asked, version)
  await pause(random)
  return page.kind === 'flaky' ? { ...made, ...tags, ...troubled(random) } : { ...made, ...tags }
}

/** Mostly nothing. @throws FailureOnPurpose */
function troubled(random: Random): Partial<Made> {
  switch (random.below(12)) {
    case 0:
      throw new FailureOnPurpose()
    case 1:
      return { status: 503, body: Buffer.from('busy'), headers: { 'cache-control': 'max-age=60' } }
    case 2:
      return { trouble: 'cut' }
    case 3:
      return { trouble: 'break' }
    default:
      return {}
  }
}

/** Changes what the target names, and says what and to which version. */
async function written({ target, headers }: Asked, site: Site, cache: Cache): Promise<Made> {
  const { world, random } = site
  await pause(random)
  if (headers['x-fail'] !== undefined) throw new FailureOnPurpose()
  const url = new URL(target, 'http://soak.invalid')
  const page = addressOf(target)
  const other = addressOf(url.searchParams.get('page') ?? '/')
  const wrote = (names: readonly string[], more: Record<string, string> = {}, status = 200): Made => {
    const changes = names.map((name) => `${name}=${world.version(name)}`)
    const body = Buffer.from(status === 204 ? '' : 'written')
    return { status, body, manner: 'whole', headers: { [WROTE]: changes.join(','), ...more } }
  }
  switch (page.kind) {
    case 'group': {
      const name = groupName(page.n)
      world.change(name)
      await pause(random)
      await cache.invalidate({ tags: [name] })
      return wrote([name])
    }
    case 'tag':
      world.change(other.pageName)
      await cache.invalidate({ tags: [other.pageName] })
      return wrote([other.pageName])
    case 'location': {
      world.change(other.pageName)
      const field = page.n % 2 === 0 ? 'location' : 'content-location'
      return wrote([other.pageName], { [field]: other.path }, 201)
    }
    case 'set': {
      const names = setOf(page.n).map((n) => `page:grouped/${n}`)
      for (const name of names) world.change(name)
      return wrote(names, { 'cache-group-invalidation': `"set-${page.n % 3}"` })
    }
    default:
      world.change(page.pageName)
      return wrote([page.pageName], {}, random.pick([200, 200, 204, 303]))
  }
}

function setOf(set: number): number[] {
  return Array.from({ length: PAGES_OF_A_KIND }, (_, n) => n).filter((n) => n % 3 === set % 3)
}

async function pause(random: Random): Promise<void> {
  const fate = random.below(10)
  if (fate < 3) await turn()
  if (fate === 9) await wait(random.below(8))
}
