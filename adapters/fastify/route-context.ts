import type { FastifyReply, FastifyRequest } from 'fastify'
import { type HeaderFields, type Served, sendBare } from '../../plugins/http-response/index.ts'

/** What Fastify keeps of a matched route. */
interface RouteContext {
  readonly config: object | undefined
  /** All onSend hooks that run for it. */
  readonly onSend: readonly unknown[] | null
}

/** Adds the Trailer field to a head, which Fastify itself does only when all hooks have run (`reply.trailer`). */
export type Announcing = (made: HeaderFields) => HeaderFields

const NONE: readonly string[] = []

/**
 * Fastify's own records of routes and replies, under symbols that it does not export. They are looked for by name, and
 * where they are not what they were in 5.x nothing is lost but speed: the public way is taken.
 *
 * With them an answer of the cache goes out at once where nobody would notice: through `reply.send` it would be set
 * field by field and shown to hooks, which together is more than the rest of a hit.
 */
export class RouteContexts {
  #context: symbol | undefined
  #headers: symbol | undefined
  #trailers: symbol | undefined
  #looked = false

  /** What the matched route was configured with. */
  configOf(request: FastifyRequest, reply: FastifyReply): object | undefined {
    if (!this.#looked) this.#look(request, reply)
    const context = this.#contextOf(request)
    // Fastify makes a record of all options each time it is asked.
    return context === undefined ? request.routeOptions.config : context.config
  }

  /**
   * Sends a whole answer past Fastify; false, with nothing done, where a hook would see it, or one has left anything on
   * the reply.
   */
  send(request: FastifyRequest, reply: FastifyReply, answer: Served): boolean {
    if (!this.isAloneOnSend(request) || this.#hasTraces(reply)) return false
    // Fastify has rules of its own for what is empty.
    if (answer.body === null || answer.body.byteLength === 0) return false
    return sendBare(reply.raw, answer)
  }

  /** Whether the route has no onSend hook but the cache's own. */
  isAloneOnSend(request: FastifyRequest): boolean {
    return this.#contextOf(request)?.onSend?.length === 1
  }

  /** For heads of a reply that has come to the cache: with what was added to it behind the cache by then. */
  announcing(reply: FastifyReply): Announcing {
    const before = this.#trailersOf(reply)
    return (made) => {
      const behind = this.#trailersOf(reply).filter((name) => !before.includes(name))
      return behind.length === 0 ? made : { ...made, trailer: behind.join(', ') }
    }
  }

  #trailersOf(reply: FastifyReply): readonly string[] {
    const trailers = this.#trailers && own<Record<string, unknown> | null>(reply, this.#trailers)
    if (trailers === undefined || trailers === null) return NONE
    return Object.keys(trailers).filter((name) => trailers[name] !== undefined)
  }

  #contextOf(request: FastifyRequest): RouteContext | undefined {
    return this.#context && own<RouteContext | undefined>(request, this.#context)
  }

  #hasTraces(reply: FastifyReply): boolean {
    if (this.#headers === undefined || this.#trailers === undefined) return true
    if (own(reply, this.#trailers) !== null) return true
    for (const _ in own<object>(reply, this.#headers)) return true
    return false
  }

  #look(request: FastifyRequest, reply: FastifyReply): void {
    this.#looked = true
    const context = symbolOf(request, 'fastify.context')
    // A record in another form would be a route without its policy: it is believed only where it says what the public way says.
    if (context && own<RouteContext>(request, context)?.config === request.routeOptions.config)
      this.#context = context
    this.#headers = symbolOf(reply, 'fastify.reply.headers')
    this.#trailers = symbolOf(reply, 'fastify.reply.trailers')
  }
}

function own<T>(record: object, key: symbol): T {
  return (record as Record<symbol, T>)[key] as T
}

function symbolOf(record: object, name: string): symbol | undefined {
  return Object.getOwnPropertySymbols(record).find(({ description }) => description === name)
}
