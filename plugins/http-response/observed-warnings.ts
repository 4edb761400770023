import { isOfOneClient } from './idle-readers.ts'
import { type HttpRequest, routeOf } from './keys.ts'
import { ALL_HEADERS, type ObservedHeaders } from './observed-headers.ts'
import type { HttpPolicy } from './options.ts'
import { type HeaderFields, varyNames } from './rules/index.ts'

/** In the life of a surface: who asks for many URLs must not fill the log. */
const MOST_WARNINGS = 100

/** What developers are told of the headers their handlers read: each thing once, with route, header and reader. */
export class ObservedWarnings {
  readonly #warn: (message: string) => void
  readonly #said = new Set<string>()
  /** Variants were too many before it was known who reads: it is said when it is. */
  readonly #crowded = new Map<string, readonly string[]>()

  constructor(warn: (message: string) => void) {
    this.#warn = warn
  }

  /** Whether anything will still be said. */
  get open(): boolean {
    return this.#said.size < MOST_WARNINGS
  }

  crowded(request: HttpRequest, selectors: readonly string[]): void {
    if (this.#crowded.size < MOST_WARNINGS) this.#crowded.set(named(request), selectors)
  }

  tell(request: HttpRequest, observed: ObservedHeaders, headers: HeaderFields, policy: HttpPolicy): void {
    if (!this.open) return
    if (observed.all) this.#tellAll(request, observed, policy)
    for (const [name, reader] of observed.idle) {
      this.#once(request, name, (route) => {
        return `${route}: ${reader()} reads ${name} behind the cache, where it sees misses only. Mount it before the cache. The header is no part of the key.`
      })
    }
    if (policy.observe === 'warn') this.#tellUndeclared(request, observed, headers, policy)
    else this.#tellPerClient(request, observed, policy)
  }

  #tellAll(request: HttpRequest, observed: ObservedHeaders, { observe }: HttpPolicy): void {
    const then =
      observe === true ? 'so its answers are not stored' : 'so its answers may depend on any of them'
    this.#once(request, ALL_HEADERS, (route) => {
      return `${route} reads all request headers at once (${observed.readerOf(ALL_HEADERS) ?? 'unknown'}), ${then}. Read them by name, or say observe: false for this route.`
    })
  }

  #tellUndeclared(
    request: HttpRequest,
    observed: ObservedHeaders,
    headers: HeaderFields,
    { exempt }: HttpPolicy,
  ): void {
    const told = varyNames(headers)
    for (const name of observed.names) {
      if (told.includes(name) || exempt.includes(name)) continue
      this.#once(request, name, (route) => {
        return `${route} reads ${name} (${observed.readerOf(name) ?? 'unknown'}), but its answer does not say Vary: ${name}. Whoever sends that header first decides what others get.`
      })
    }
  }

  #tellPerClient(request: HttpRequest, observed: ObservedHeaders, { exempt }: HttpPolicy): void {
    const crowded = this.#crowded.get(named(request))
    for (const name of observed.names) {
      if (exempt.includes(name)) continue
      const reader = (): string => observed.readerOf(name) ?? 'unknown'
      if (crowded?.includes(`=${name}`) && observed.readerOf(name) !== undefined) {
        this.#once(request, name, (route) => {
          return `${route} varies on ${name}, read by ${reader()}: it has more variants than are kept. Name the header in exempt if the answer does not depend on it.`
        })
      } else if (isOfOneClient(name)) {
        this.#once(request, name, (route) => {
          return `${route} reads ${name} (${reader()}), which hardly two clients have in common, so hardly two share an answer. Mount the reader before the cache, or name the header in exempt.`
        })
      }
    }
  }

  #once(request: HttpRequest, name: string, message: (route: string) => string): void {
    const route = named(request)
    const what = `${route} ${name}`
    if (!this.open || this.#said.has(what)) return
    this.#said.add(what)
    this.#warn(message(route))
  }
}

function named(request: HttpRequest): string {
  return `GET ${routeOf(request).slice(0, 200)}`
}
