import { inspect } from 'node:util'
import { type Caller, callers } from './call-sites.ts'
import { isIdleRead, isLookedAt, isOfOneClient, readerAmong } from './idle-readers.ts'
import type { HeaderFields } from './rules/index.ts'

type Headers = Record<string, string | string[] | undefined>

/** The header that stands for all of them. */
export const ALL_HEADERS = '*'

/** No dependency of the answer: in the key already (host, method, target), or the cache's own (conditions, ranges, framing). */
const EXEMPT: ReadonlySet<string> = new Set([
  'host',
  ':authority',
  ':method',
  ':path',
  'if-none-match',
  'if-modified-since',
  'if-match',
  'if-unmodified-since',
  'if-range',
  'range',
  'content-length',
  'transfer-encoding',
])

/** Fields of which Node keeps the first line and `headersDistinct` shows all. */
export const FIRST_LINE_ONLY: ReadonlySet<string> = new Set([
  'age',
  'authorization',
  'content-type',
  'etag',
  'expires',
  'from',
  'host',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
])

export interface ObserveOptions {
  /** Whether the framework believes the X-Forwarded headers of this request. Default yes. */
  readonly trusted?: (() => boolean) | undefined
  /** Whether it is worth the time to find out who reads. */
  readonly tracing: boolean
}

/**
 * The request headers as the handler sees them, through a Proxy that notes what it asks for. Each name is noted once,
 * whether it was read, tested with `in` or `Object.hasOwn`; anything that lists the headers (spread, JSON.stringify,
 * `new Headers`, `util.inspect`) counts as reading them all. What the application itself writes over a header is kept
 * from the key: there it is the client's own value that counts.
 *
 * The Proxy's target is this recorder and not the headers, so that what goes around the traps (`util.inspect`) comes
 * here too, and one set of traps serves all requests. `structuredClone` and `postMessage` refuse any Proxy.
 */
export class ObservedHeaders {
  readonly #headers: Headers
  readonly #options: ObserveOptions
  readonly #names: string[] = []
  readonly #readers = new Map<string, () => string>()
  readonly #idle = new Map<string, () => string>()
  #given: Headers | undefined
  #all = false
  #quiet = 0
  #undo: (() => void) | undefined

  constructor(headers: Headers, options: ObserveOptions) {
    this.#headers = headers
    this.#options = options
  }

  /** What takes the place of the headers. */
  get proxy(): Headers {
    return new Proxy<ObservedHeaders>(this, TRAPS) as unknown as Headers
  }

  /** The names that were read, in lower case. */
  get names(): readonly string[] {
    return this.#names
  }

  /** Whether all headers were read at once. */
  get all(): boolean {
    return this.#all
  }

  /** Headers of one client that loggers and limiters have read, with who it was. */
  get idle(): ReadonlyMap<string, () => string> {
    return this.#idle
  }

  /** Who read a header, where that was looked at. */
  readerOf(name: string): string | undefined {
    return this.#readers.get(name)?.()
  }

  /** The headers as the client sent them. */
  get given(): HeaderFields {
    return this.#given === undefined ? this.#headers : { ...this.#headers, ...this.#given }
  }

  /** Runs what belongs to the layers before the cache: their reads are no part of what is stored. */
  quietly<T>(task: () => T): T {
    this.#quiet += 1
    try {
      return task()
    } finally {
      this.#quiet -= 1
    }
  }

  /** What undoes the wrapping of the request. */
  onRelease(undo: () => void): void {
    this.#undo = undo
  }

  /** The answer is at its end: the request has its own headers back, and what reads through the Proxy still is not noted. */
  release(): void {
    this.#quiet = Number.POSITIVE_INFINITY
    this.#undo?.()
    this.#undo = undefined
  }

  note(name: string | symbol): void {
    if (this.#quiet > 0 || this.#all || typeof name === 'symbol' || this.#names.includes(name)) return
    // No header that a client could send has upper-case letters here.
    if (EXEMPT.has(name) || /[A-Z]/.test(name)) return
    if (!this.#options.tracing && !isLookedAt(name)) {
      this.#names.push(name)
      return
    }
    const stack = callers(this.note)
    if (this.#isIdle(name, stack)) return
    this.#names.push(name)
    this.#readers.set(name, () => readerAmong(stack))
  }

  noteAll(): void {
    if (this.#quiet > 0 || this.#all) return
    this.#all = true
    const stack = callers(this.noteAll)
    this.#readers.set(ALL_HEADERS, () => readerAmong(stack))
  }

  /**
   * What Node's headers do not show can be no part of the key: another line than the first of some fields, and whether a
   * comma of the others was one between lines.
   */
  noteLines(name: string | symbol, lines: readonly string[] | undefined): void {
    const shown = lines === undefined || (lines.length === 1 && !(lines[0] as string).includes(','))
    if (shown && !FIRST_LINE_ONLY.has(name as string)) this.note(name)
    else this.noteAll()
  }

  /** For the traps alone. */
  get headers(): Headers {
    return this.#headers
  }

  overwrite(name: string | symbol): void {
    if (typeof name === 'symbol' || this.#quiet > 0) return
    this.#given ??= {}
    if (!Object.hasOwn(this.#given, name)) this.#given[name] = this.#headers[name]
  }

  #isIdle(name: string, stack: readonly Caller[]): boolean {
    if (!isLookedAt(name) || !isIdleRead(name, stack, this.#options.trusted ?? TRUSTED)) return false
    if (isOfOneClient(name) && !this.#idle.has(name)) this.#idle.set(name, () => readerAmong(stack))
    return true
  }
}

const TRUSTED = (): boolean => true

// `util.inspect` looks at the target of a Proxy and calls no trap, but it calls this, and on the Proxy.
Object.defineProperty(ObservedHeaders.prototype, inspect.custom, {
  value(this: object) {
    return Object.create(Reflect.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this))
  },
})

const TRAPS: ProxyHandler<ObservedHeaders> = {
  get(observed, name) {
    observed.note(name)
    return Reflect.get(observed.headers, name)
  },
  has(observed, name) {
    observed.note(name)
    return Reflect.has(observed.headers, name)
  },
  getOwnPropertyDescriptor(observed, name) {
    observed.note(name)
    return Reflect.getOwnPropertyDescriptor(observed.headers, name)
  },
  ownKeys(observed) {
    observed.noteAll()
    return Reflect.ownKeys(observed.headers)
  },
  set(observed, name, value) {
    observed.overwrite(name)
    return Reflect.set(observed.headers, name, value)
  },
  defineProperty(observed, name, descriptor) {
    observed.overwrite(name)
    return Reflect.defineProperty(observed.headers, name, { ...descriptor, configurable: true })
  },
  deleteProperty(observed, name) {
    observed.overwrite(name)
    return Reflect.deleteProperty(observed.headers, name)
  },
  getPrototypeOf: (observed) => Reflect.getPrototypeOf(observed.headers),
  // A Proxy must tell the truth about a target that cannot be extended, and the recorder is not the headers.
  preventExtensions: () => false,
}
