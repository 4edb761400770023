import type { SurfacePort } from '../../src/application/index.ts'
import type { CacheStatusDetail, HttpPolicy } from './options.ts'
import { statusMember } from './served.ts'

/** Different lifetimes whose members are kept. */
const MOST_MEMBERS = 1_024

/** The Cache-Status members of hits, which many answers have in common: those with as many seconds to live. */
export class HitMembers {
  readonly #port: SurfacePort
  readonly #members = new Map<number, string | undefined>()
  /** What the members that are kept say. */
  #detail: CacheStatusDetail | undefined

  constructor(port: SurfacePort) {
    this.#port = port
  }

  /** @param ttl milliseconds */
  of({ cacheStatus }: HttpPolicy, key: string, ttl: number): string | undefined {
    if (cacheStatus === 'debug') return this.#made(cacheStatus, key, ttl)
    if (cacheStatus !== this.#detail || this.#members.size >= MOST_MEMBERS) this.#members.clear()
    this.#detail = cacheStatus
    const seconds = Math.floor(ttl / 1_000)
    const known = this.#members.get(seconds)
    if (known !== undefined) return known
    const made = this.#made(cacheStatus, key, ttl)
    this.#members.set(seconds, made)
    return made
  }

  #made(detail: CacheStatusDetail, key: string, ttl: number): string | undefined {
    return statusMember({ outcome: 'hit', ttl, key }, detail, this.#port.name)
  }
}
