import type { Cache } from '../../src/index.ts'
import type { Random } from '../contracts/index.ts'
import type { Asking } from './asking.ts'
import type { Answer, Ask, Leaving, SoakClient } from './client.ts'
import { PINNED, WROTE } from './handler.ts'
import { wrongIn } from './judge.ts'
import { addressOf, type PageAddress, type Version, versionOf, versionText } from './page.ts'
import type { SiteServer } from './site-server.ts'
import { isHit, type Tally } from './tally.ts'
import type { World } from './world.ts'

const LEAVINGS: readonly Leaving[] = ['sent', 'sent', 'head', 1, 10_000, 100_000]

/** Where the traffic goes, and what it is compared with. */
export interface Scene {
  readonly world: World
  readonly cache: Cache
  readonly cached: SoakClient
  readonly reference: SoakClient
  readonly site: SiteServer
  readonly tally: Tally
}

interface Bounds {
  readonly least: Version
  readonly page: PageAddress
}

/** One client after the other does what its seed says, and judges each answer. */
export class Traffic {
  readonly #scene: Scene
  readonly #asking: Asking
  readonly #random: Random

  constructor(scene: Scene, asking: Asking, random: Random) {
    this.#scene = scene
    this.#asking = asking
    this.#random = random
  }

  async act(): Promise<void> {
    const random = this.#random
    const fate = random.below(100)
    const asking = this.#asking
    if (fate < 55) return this.#read(asking.page())
    if (fate < 63) return this.#read({ ...asking.page(), leaving: random.pick(LEAVINGS) })
    if (fate < 68) return this.#read({ ...asking.page(), slow: true })
    if (fate < 78) return this.#burst()
    if (fate < 96) return this.#write(asking.write())
    if (fate < 98) return this.#write({ ...asking.write(), leaving: random.pick(LEAVINGS) })
    return this.#purge()
  }

  async #burst(): Promise<void> {
    const random = this.#random
    const first = this.#asking.page()
    const others = Array.from({ length: 3 + random.below(15) }, () => this.#asking.again(first))
    const some = others.map((ask) =>
      random.below(8) === 0 ? { ...ask, leaving: random.pick(LEAVINGS) } : ask,
    )
    await Promise.all([first, ...some].map((ask) => this.#read(ask)))
  }

  async #read(ask: Ask): Promise<void> {
    const { world, cached, tally } = this.#scene
    const page = addressOf(ask.target)
    const least = { page: world.known(page.pageName), group: world.known(page.groupName) }
    const answer = await cached.ask(ask)
    tally.answered(answer)
    if (answer.left) return
    if (!answer.whole) {
      if (page.kind === 'flaky') tally.torn += 1
      else tally.fault(ask, answer, 'cut off')
      return
    }
    if (page.kind === 'flaky' && answer.status >= 500) {
      // The mount keeps a 500 for a moment, and no 503.
      if (answer.status === 503 && isHit(answer)) tally.fault(ask, answer, 'a failure from the cache')
      else tally.failed += 1
      return
    }
    const wrong = await this.#wrong(ask, answer, { least, page })
    if (wrong === undefined) this.#asking.seen(ask, answer)
    else tally.fault(ask, answer, wrong)
  }

  /** Undefined if the answer is what the reference says of a version that may be served. */
  async #wrong(ask: Ask, answer: Answer, { least, page }: Bounds): Promise<string | undefined> {
    const { world, tally } = this.#scene
    const id = answer.headers['x-request-id']
    if (id !== ask.headers['x-request-id']) return `the answer to ${id}`
    const most = { page: world.version(page.pageName), group: world.version(page.groupName) }
    const told = answer.headers['x-version']
    const versions = told === undefined ? versionsWithin(least, most) : [versionOf(String(told))]
    const [version] = versions
    if (version !== undefined && !isWithin(version, least, most))
      return `version ${versionText(version)}, not from ${versionText(least)} to ${versionText(most)}`
    let wrong: string | undefined
    for (const each of versions) {
      wrong = wrongIn(ask, answer, await this.#reference(ask, each))
      if (wrong === undefined) {
        tally.compared += 1
        return undefined
      }
    }
    return wrong
  }

  #reference({ method, target, headers, body }: Ask, version: Version): Promise<Answer> {
    const { 'if-none-match': _, 'if-modified-since': __, 'if-range': ___, range: ____, ...plain } = headers
    return this.#scene.reference.ask({
      method: method === 'HEAD' ? 'GET' : method,
      target,
      headers: { ...plain, [PINNED]: versionText(version) },
      ...(body !== undefined && { body }),
    })
  }

  async #write(ask: Ask): Promise<void> {
    const { world, cached, tally } = this.#scene
    const answer = await cached.ask(ask)
    tally.answered(answer)
    tally.writes += 1
    if (answer.left) return
    if (!answer.whole) return tally.fault(ask, answer, 'cut off')
    const failed = ask.headers['x-fail'] !== undefined
    if (failed !== answer.status >= 500)
      return tally.fault(ask, answer, `a write with status ${answer.status}`)
    for (const change of String(answer.headers[WROTE] ?? '').split(',')) {
      const [name = '', version] = change.split(/=(?=\d+$)/)
      if (version !== undefined) world.tell(name, Number(version))
    }
  }

  /** Without a request: the application has changed something and purges its pages. */
  async #purge(): Promise<void> {
    const { world, site, tally } = this.#scene
    const { target } = this.#asking.page()
    const { pageName } = addressOf(target)
    tally.purges += 1
    const prefix = `${site.origin}/${addressOf(target).kind}/`
    const way = this.#random.below(4)
    if (way === 0) return site.purge({ prefix, soft: true })
    const version = world.change(pageName)
    if (way === 1) await site.purge({ prefix })
    else if (way === 2) await site.purge({ tags: [pageName] })
    else await site.purge({ url: `${site.origin}${target}` })
    world.tell(pageName, version)
  }
}

function isWithin(version: Version, least: Version, most: Version): boolean {
  return (
    version.page >= least.page &&
    version.page <= most.page &&
    version.group >= least.group &&
    version.group <= most.group
  )
}

function versionsWithin(least: Version, most: Version): Version[] {
  const versions: Version[] = []
  for (let page = least.page; page <= most.page; page++)
    for (let group = least.group; group <= most.group; group++) versions.push({ page, group })
  return versions
}
