import { inspect } from 'node:util'
import type { ObservedHeaders } from './observed-headers.ts'

/** What Node's requests show of their headers; HTTP/2 has no `headersDistinct`, and a scheme of its own. */
interface NodeRequest {
  headers: Record<string, string | string[] | undefined>
  rawHeaders: string[]
  headersDistinct?: Record<string, string[]> | undefined
  readonly httpVersionMajor?: number
}

/**
 * Puts the recorder in the place of a request's headers, wherever the request shows them, until it is released. What
 * a request of HTTP/1 shows can be assigned, which costs little; one of HTTP/2 has getters, which properties of its own
 * cover.
 */
export function observeRequest(request: object, observed: ObservedHeaders): void {
  const node = request as NodeRequest
  if (node.httpVersionMajor === 2) return cover(node, observed)
  const { headers, rawHeaders } = node
  const { proxy } = observed
  const raw = rawLines(rawHeaders, observed)
  const distinct = 'headersDistinct' in node
  node.headers = proxy
  node.rawHeaders = raw
  if (distinct) node.headersDistinct = distinctLines(rawHeaders, observed)
  observed.onRelease(() => {
    // Not if the application has put others in their place.
    if (node.headers === proxy) node.headers = headers
    if (node.rawHeaders === raw) node.rawHeaders = rawHeaders
    // Node makes it anew when it is asked for.
    if (distinct) node.headersDistinct = undefined
  })
}

function cover(node: NodeRequest, observed: ObservedHeaders): void {
  const scheme = Reflect.get(node, 'scheme')
  const own = {
    headers: { configurable: true, writable: true, value: observed.proxy },
    rawHeaders: { configurable: true, writable: true, value: rawLines(node.rawHeaders, observed) },
    scheme: {
      configurable: true,
      get() {
        observed.note(':scheme')
        return scheme
      },
    },
  }
  Object.defineProperties(node, own)
  observed.onRelease(() => {
    for (const name of Object.keys(own)) Reflect.deleteProperty(node, name)
  })
}

/** The target of a Proxy that passes for `rawHeaders`. All names and lines are in it: who looks has read everything. */
class RawLines extends Array<string> {
  lines: readonly string[] = []
  observed: ObservedHeaders | undefined;

  /** Called on the Proxy. */
  [inspect.custom](): readonly string[] {
    return [...this]
  }
}

function rawLines(lines: readonly string[], observed: ObservedHeaders): string[] {
  const target = new RawLines()
  target.lines = lines
  target.observed = observed
  return new Proxy(target, RAW_TRAPS)
}

const RAW_TRAPS: ProxyHandler<RawLines> = {
  get({ observed, lines }, name) {
    observed?.noteAll()
    return Reflect.get(lines, name)
  },
  has({ observed, lines }, name) {
    observed?.noteAll()
    return Reflect.has(lines, name)
  },
  ownKeys({ observed, lines }) {
    observed?.noteAll()
    return Reflect.ownKeys(lines)
  },
  getOwnPropertyDescriptor({ observed, lines }, name) {
    observed?.noteAll()
    return Reflect.getOwnPropertyDescriptor(lines, name)
  },
  getPrototypeOf: () => Array.prototype,
}

/** The target of a Proxy that passes for `headersDistinct`. */
class DistinctLines {
  readonly observed: ObservedHeaders
  readonly #lines: readonly string[]
  #made: Record<string, string[]> | undefined

  constructor(lines: readonly string[], observed: ObservedHeaders) {
    this.#lines = lines
    this.observed = observed
  }

  /** As Node makes it. */
  get made(): Record<string, string[]> {
    if (this.#made !== undefined) return this.#made
    const made: Record<string, string[]> = Object.create(null)
    for (let i = 0; i + 1 < this.#lines.length; i += 2) {
      const name = (this.#lines[i] as string).toLowerCase()
      made[name] ??= []
      made[name].push(this.#lines[i + 1] as string)
    }
    this.#made = made
    return made
  }

  /** Called on the Proxy. */
  [inspect.custom](): object {
    return { ...this }
  }
}

function distinctLines(lines: readonly string[], observed: ObservedHeaders): Record<string, string[]> {
  return new Proxy(new DistinctLines(lines, observed), DISTINCT_TRAPS) as unknown as Record<string, string[]>
}

function linesOf({ made }: DistinctLines, name: string | symbol): readonly string[] | undefined {
  return typeof name === 'symbol' ? undefined : made[name]
}

const DISTINCT_TRAPS: ProxyHandler<DistinctLines> = {
  get(target, name) {
    target.observed.noteLines(name, linesOf(target, name))
    return Reflect.get(target.made, name)
  },
  has(target, name) {
    target.observed.noteLines(name, linesOf(target, name))
    return Reflect.has(target.made, name)
  },
  getOwnPropertyDescriptor(target, name) {
    target.observed.noteLines(name, linesOf(target, name))
    return Reflect.getOwnPropertyDescriptor(target.made, name)
  },
  ownKeys(target) {
    target.observed.noteAll()
    return Reflect.ownKeys(target.made)
  },
  getPrototypeOf: () => null,
}
