import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cache } from '../../src/domain/index.ts'
import { httpResponsesOf } from './plugin.ts'
import type { HttpSurface } from './surface.ts'

/** What `node:http` calls with each request. */
export type FrontListener = (request: IncomingMessage, response: ServerResponse) => unknown

/** The way from a server to the front of a cache, through reloads. */
export class FrontDoor {
  readonly #current: () => { readonly surface: HttpSurface }

  /** @throws NotACacheError, and what starting the plugin throws */
  constructor(cache: Cache) {
    this.#current = httpResponsesOf(cache)
    this.#current().surface.front.open = true
  }

  /** Answers a request if that can be done before its framework sees it, and says whether it was done. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { front } = this.#current().surface
    front.open = true
    return front.answer(request, response)
  }
}
