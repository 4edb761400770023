import type { OutgoingHttpHeaders } from 'node:http'
import type { Random } from '../contracts/index.ts'
import type { Answer, Ask } from './client.ts'
import { KINDS } from './kinds.ts'
import { addressOf, PAGES_OF_A_KIND } from './page.ts'

const LANGUAGES = ['en', 'de', 'fr', 'de-AT, en;q=0.5', 'en;q=0.3, fr', 'it'] as const
const CODINGS = ['gzip', 'br', 'gzip;q=0.5, br', 'identity', 'gzip;q=0', 'zstd, gzip'] as const
const RANGES = ['bytes=0-9', 'bytes=-5', 'bytes=100-', 'bytes=0-0,5-9', 'bytes=9999999-'] as const
const HOSTS = ['a.example', 'b.example'] as const
const USERS = ['ann', 'bob', 'eve'] as const

/** The validators that clients remember at most. */
const MOST_REMEMBERED = 2_000

/** What clients have in common. */
export class Crowd {
  /** What they ask for: names of `KINDS`. */
  readonly kinds: readonly string[]
  /** By target: what the last answer can be asked about. */
  readonly validators: Map<string, OutgoingHttpHeaders> = new Map()
  /** Pages that most of them ask for, at first one of each kind; now and then one makes room for another. */
  readonly popular: { readonly kind: string; readonly target: string }[] = []

  constructor(kinds: readonly string[] = Object.keys(KINDS)) {
    this.kinds = kinds
  }
}

/** What clients ask for, drawn from one seed: pages of all kinds in all ways, and writes. */
export class Asking {
  readonly #random: Random
  readonly #crowd: Crowd
  readonly #who: string
  #count = 0

  constructor(random: Random, who: string, crowd: Crowd) {
    this.#random = random
    this.#who = who
    this.#crowd = crowd
  }

  page(): Ask {
    const random = this.#random
    const { kind, target } = this.#choice()
    if (kind === 'query' && random.below(2) === 0) {
      const body = `query ${random.below(3)}`
      return {
        method: 'QUERY',
        target,
        body,
        headers: this.#headers({ 'content-type': 'text/plain', ...lengthOf(body) }),
      }
    }
    const method = random.below(12) === 0 ? 'HEAD' : 'GET'
    return { method, target, headers: this.#headers({ ...this.#conditions(target), ...this.#person(kind) }) }
  }

  /** The same page once more, from somebody else. */
  again({ method, target, body, headers }: Ask): Ask {
    const { 'x-request-id': _, ...same } = headers
    return { method, target, headers: this.#headers(same), ...(body !== undefined && { body }) }
  }

  write(): Ask {
    const random = this.#random
    const { target } = this.page()
    const kind = random.pick(['own', 'own', 'own', 'own', 'tag', 'tag', 'location', 'group', 'set', 'fails'])
    const n = random.below(PAGES_OF_A_KIND)
    const method = random.pick(['POST', 'PUT', 'PATCH', 'DELETE'])
    const body = 'changed'
    const headers = {
      'content-type': 'text/plain',
      ...lengthOf(body),
      ...(kind === 'fails' && { 'x-fail': '1' }),
    }
    const own = kind === 'own' || kind === 'fails'
    const at = own ? target : `/${kind}/${n}?page=${encodeURIComponent(addressOf(target).path)}`
    return { method, target: at, body, headers: this.#headers(headers) }
  }

  /** Notes the validators of an answer for those who ask later. */
  seen({ target }: Ask, { status, headers }: Answer): void {
    if (status !== 200) return
    const { etag, 'last-modified': modified } = headers
    if (this.#crowd.validators.size >= MOST_REMEMBERED) this.#crowd.validators.clear()
    if (etag !== undefined) this.#crowd.validators.set(target, { 'if-none-match': etag })
    else if (modified !== undefined) this.#crowd.validators.set(target, { 'if-modified-since': modified })
  }

  #choice(): { readonly kind: string; readonly target: string } {
    const random = this.#random
    const { kinds, popular } = this.#crowd
    if (popular.length === kinds.length && random.below(12) > 0) return random.pick(popular)
    const kind = kinds[popular.length] ?? random.pick(kinds)
    // Small pages are asked for more often.
    const n = Math.min(random.below(PAGES_OF_A_KIND), random.below(PAGES_OF_A_KIND))
    const choice = { kind, target: this.#target(kind, n) }
    if (popular.length < kinds.length) popular.push(choice)
    else popular[random.below(popular.length)] = choice
    return choice
  }

  #target(kind: string, n: number): string {
    const random = this.#random
    if (kind === 'search') {
      const pair = [`q=${random.below(3)}`, `utm=${random.below(4)}`]
      return `/search/${n}?${(random.below(2) === 0 ? pair : pair.reverse()).join('&')}`
    }
    if (kind === 'unique') return `/unique/${Math.min(n, 4)}?u=${this.#who}-${++this.#count}`
    return `/${kind}/${n}`
  }

  #headers(more: OutgoingHttpHeaders): OutgoingHttpHeaders {
    const random = this.#random
    const sometimes = (share: number, headers: OutgoingHttpHeaders) =>
      random.below(share) === 0 ? headers : {}
    return {
      'x-request-id': `${this.#who}-${++this.#count}`,
      'accept-language': random.pick(LANGUAGES),
      'accept-encoding': random.pick(CODINGS),
      'x-forwarded-host': random.pick(HOSTS),
      ...sometimes(3, { origin: `https://${random.pick(HOSTS)}` }),
      ...sometimes(20, {
        'cache-control': random.pick(['no-cache', 'no-store', 'max-age=0', 'max-stale=5']),
      }),
      ...sometimes(30, { authorization: `Basic ${random.pick(USERS)}` }),
      ...sometimes(30, { cookie: `who=${random.pick(USERS)}` }),
      ...more,
    }
  }

  #conditions(target: string): OutgoingHttpHeaders {
    const random = this.#random
    const known = this.#crowd.validators.get(target)
    const fate = random.below(6)
    if (fate === 0) return { ...known }
    if (fate !== 1) return {}
    const tag = known?.['if-none-match']
    return {
      range: random.pick(RANGES),
      ...(tag !== undefined && random.below(3) === 0 && { 'if-range': tag }),
    }
  }

  #person(kind: string): OutgoingHttpHeaders {
    if (kind !== 'private' && this.#random.below(30) > 0) return {}
    return { 'x-user': this.#random.pick(USERS) }
  }
}

function lengthOf(body: string): OutgoingHttpHeaders {
  return { 'content-length': String(Buffer.byteLength(body)) }
}
