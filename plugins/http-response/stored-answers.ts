import type { Pending, SurfacePort } from '../../src/application/index.ts'
import { type HttpRequest, variantKey } from './keys.ts'
import type { ObservedVary } from './observed-vary.ts'
import { languageKey, urlVariation, varyNames } from './rules/index.ts'
import { responseSize, type StoredResponse, type StoredValue, type VaryIndex } from './stored-response.ts'
import { UrlVariations } from './url-variations.ts'

/** Variants of one URL; the oldest leaves for the next one. */
const MOST_VARIANTS = 64

/** What finds a variant by its language is kept as it is, up to this length. */
const LONG_LANGUAGE = 512

/** Where a request would find its answer, and the answer if it is there, fresh or not. */
export interface Found {
  readonly key: string
  readonly stored: StoredResponse | undefined
  /** There are answers of this URL, but none for this request. */
  readonly varies: boolean
  /** What they are told apart by, and the key that says so. */
  readonly index?: { readonly primary: string; readonly names: readonly string[] }
}

/** How long a response is kept, milliseconds: fresh, and then for stale answers and validation. */
export interface KeptFor {
  readonly ttl: number
  readonly stale: number
}

/** The responses of one key space, their variants told apart by an index in the place of the response (RFC 9111, 4.1). */
export class StoredAnswers {
  readonly #port: SurfacePort
  readonly #observed: ObservedVary
  readonly #urls: UrlVariations

  constructor(port: SurfacePort, observed: ObservedVary) {
    this.#port = port
    this.#observed = observed
    this.#urls = new UrlVariations(port)
  }

  find(request: HttpRequest, primary: string): Found {
    const found = this.#at(request, primary)
    if (found.stored !== undefined || found.varies) return found
    for (const other of this.#urls.elsewhere(primary)) {
      const same = this.#at(request, other)
      if (same.stored !== undefined && this.#urls.isSame(primary, other, same.stored.headers)) return same
    }
    return found
  }

  /** Drops what is stored, or being made, for a URL and for all that answers say are the same. */
  purge(primary: string): void {
    this.#urls.purge(primary)
  }

  #at(request: HttpRequest, primary: string): Found {
    const value = this.#port.read<StoredValue>(primary)
    if (value === undefined) return { key: primary, stored: undefined, varies: false }
    if (value.kind === 'response') return { key: primary, stored: value, varies: false }
    const key = variantKey(primary, value.names, request)
    const stored = this.#variant(key)
    if (stored !== undefined) return { key, stored, varies: false }
    const language = languageKey(value.names, request.headers)
    const other = language === undefined ? undefined : value.languages[language]
    const match = other === undefined ? undefined : this.#variant(other)
    if (other !== undefined && match !== undefined) return { key: other, stored: match, varies: false }
    return { key, stored: undefined, varies: true, index: { primary, names: value.names } }
  }

  /** Stores a response as the answer to this request, unless a later one is there already, and ends the flight. */
  keep(
    request: HttpRequest,
    pending: Pending,
    primary: string,
    response: StoredResponse,
    keptFor: KeptFor,
  ): boolean | Promise<boolean> {
    const names = namesOf(response)
    const before = this.#port.peek<StoredValue>(primary)
    const all = allNames(before, names)
    if (all.length > 0 || urlVariation(response.headers) !== undefined)
      return this.#keepVariant(request, pending, primary, response, keptFor, all)
    if (isNewer(before, response)) return false
    return pending.keep(response, { ...keptFor, size: responseSize(response) }, primary)
  }

  /** As `keep`, for one of several responses of this URL, or one for several URLs. */
  async #keepVariant(
    request: HttpRequest,
    pending: Pending,
    primary: string,
    response: StoredResponse,
    keptFor: KeptFor,
    names: readonly string[],
  ): Promise<boolean> {
    const before = this.#port.peek<StoredValue>(primary)
    const key = names.length === 0 ? primary : variantKey(primary, names, request)
    if (key !== primary) pending.dependOn(primary)
    if (isNewer(this.#port.peek<StoredValue>(key), response)) return false
    if (key !== primary) {
      const known = await this.#keepIndex(pending, primary, before, names, { key, request, response })
      if (!known) return false
    }
    if (!(await this.#urls.remember(pending, primary, response.headers))) return false
    return pending.keep(response, { ...keptFor, size: responseSize(response) }, key)
  }

  async #keepIndex(
    pending: Pending,
    primary: string,
    before: StoredValue | undefined,
    names: readonly string[],
    { key, request, response }: { key: string; request: HttpRequest; response: StoredResponse },
  ): Promise<boolean> {
    const same = before?.kind === 'vary' && before.names.length === names.length ? before : undefined
    const language = languageOf(names, request, response)
    const known = same?.variants ?? []
    if (known.includes(key) && (language === undefined || same?.languages[language] === key)) return true
    const isFull = known.length >= MOST_VARIANTS && !known.includes(key)
    if (isFull && !this.#observed.admits(primary, names, request, this.#port.wall())) return false
    const variants = known.includes(key) ? [...known] : [...known, key]
    const gone = variants.splice(0, variants.length - MOST_VARIANTS)
    for (const oldest of gone) this.#port.purge(oldest)
    const languages = Object.entries(same?.languages ?? {}).filter(([, variant]) => !gone.includes(variant))
    if (language !== undefined) languages.push([language, key])
    const index: VaryIndex = { kind: 'vary', names, variants, languages: Object.fromEntries(languages) }
    const size = indexSize(index)
    await pending.keepAlso(index, { ttl: Number.POSITIVE_INFINITY, size }, primary)
    return true
  }

  #variant(key: string): StoredResponse | undefined {
    const value = this.#port.read<StoredValue>(key)
    return value?.kind === 'response' ? value : undefined
  }
}

/** What finds a variant by its language; a list of languages longer than this is no visitor's. */
function languageOf(
  names: readonly string[],
  request: HttpRequest,
  response: StoredResponse,
): string | undefined {
  const language = languageKey(names, request.headers, response.headers)
  return language === undefined || language.length > LONG_LANGUAGE ? undefined : language
}

/** What tells the variants apart: what the response says, and what was read to make it. */
function namesOf({ headers, observed }: StoredResponse): readonly string[] {
  const told = varyNames(headers) as readonly string[]
  return observed.length === 0 ? told : [...told, ...observed].sort()
}

/** Two handlers ran side by side, and the one that began later has answered already. */
function isNewer(stored: StoredValue | undefined, than: StoredResponse): boolean {
  return stored?.kind === 'response' && stored.requestTime > than.requestTime
}

/** A response without Vary takes the place of all variants; one with another Vary adds its names to theirs. */
function allNames(before: StoredValue | undefined, names: readonly string[]): readonly string[] {
  if (names.length === 0 || before?.kind !== 'vary') return names
  return [...new Set([...before.names, ...names])].sort()
}

/** About how much memory an index takes, bytes. */
function indexSize({ variants, languages }: VaryIndex): number {
  const keys = variants.reduce((bytes, each) => bytes + each.length, 0)
  return 100 + keys * (Object.keys(languages).length > 0 ? 2 : 1)
}
