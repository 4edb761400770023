import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cache } from '../../src/domain/index.ts'
import type { Front } from './front.ts'
import { httpResponsesOf } from './plugin.ts'
import type { HttpSurface } from './surface.ts'

/** What `node:http` calls with each request. */
export type FrontListener = (request: IncomingMessage, response: ServerResponse) => unknown

/** Caches to whose front a server leads, and those of which it was said that none does. */
const known = new WeakMap<Cache, 'led' | 'told'>()

/** The way from a server to the front of a cache, through reloads. */
export class FrontDoor {
  readonly #current: () => { readonly surface: HttpSurface }

  /** @throws NotACacheError, and what starting the plugin throws */
  constructor(cache: Cache) {
    this.#current = httpResponsesOf(cache)
    this.#current().surface.front.open = true
    known.set(cache, 'led')
  }

  /**
   * A route wants its answers to be sent in front, and one was sent in the ordinary place: if there is no front, that is
   * said once for each cache. Reloads make another front, so it is the cache that is asked.
   *
   * @param fix what to do about it, in the words of the framework
   */
  static missed(cache: Cache, front: Front, fix: string): void {
    if (known.has(cache)) return
    known.set(cache, 'told')
    front.tellUnused(fix)
  }

  /** Answers a request if that can be done before its framework sees it, and says whether it was done. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { front } = this.#current().surface
    front.open = true
    return front.answer(request, response)
  }
}
