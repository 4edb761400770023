import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { type Asked, addressOf, type PageAddress, type Version, versionText } from './page.ts'

/** How a handler hands its body over. */
export type Manner = 'whole' | 'json' | 'stream' | 'pieces'

/** An answer, before a framework sends it. */
export interface Rendered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer
  readonly manner: Manner
}

/** A kind of page: all that is not said is that of a plain page of text. */
interface Kind {
  /** Cache-Control; by default one of `CONTROLS`. */
  readonly control?: string
  readonly manner?: Manner
  readonly type?: string
  /** What the page depends on of its request. */
  readonly variant?: (asked: Asked) => string
  readonly headers?: (asked: Asked, page: PageAddress, version: Version) => Record<string, string | string[]>
  readonly status?: (digest: number) => number
  readonly encode?: (asked: Asked, body: Buffer) => Buffer
}

/** From nothing to more than the cache keeps; most pages of the web are in the middle. */
const SIZES = [0, 1, 17, 900, 1_100, 4_000, 5_000, 16_384, 65_536, 70_000, 200_000, 1_048_576] as const

const CONTROLS = [
  'max-age=60',
  'public, max-age=1',
  's-maxage=2, max-age=0',
  'max-age=60, immutable',
] as const

const LANGUAGES: ReadonlySet<string> = new Set(['en', 'de', 'fr'])

export const KINDS: Readonly<Record<string, Kind>> = {
  text: {},
  data: { manner: 'json', type: 'application/json; charset=utf-8' },
  image: { type: 'image/png' },
  stream: { manner: 'stream', type: 'application/octet-stream' },
  pieces: { manner: 'pieces', type: 'text/csv; charset=utf-8' },
  empty: { status: (digest) => (digest % 2 === 0 ? 204 : 200) },
  language: {
    headers: (asked) => ({ vary: 'Accept-Language', 'content-language': languageOf(asked) }),
    variant: languageOf,
  },
  coded: {
    headers: (asked) => ({
      vary: 'Accept-Encoding',
      ...(takesGzip(asked) && { 'content-encoding': 'gzip' }),
    }),
    encode: (asked, body) => (takesGzip(asked) ? gzipSync(body) : body),
  },
  // Reads a header and does not say so.
  silent: { variant: ({ headers }) => String(headers['x-forwarded-host']) },
  tagged: { control: 'no-cache', headers: (_, page, version) => ({ etag: etagOf(page, version) }) },
  dated: {
    control: 'max-age=0, must-revalidate',
    headers: (_, __, { page, group }) => ({
      'last-modified': new Date(Date.UTC(2020, 0, 1) + (page * 10_000 + group) * 1_000).toUTCString(),
    }),
  },
  status: {
    status: (digest) => [200, 404, 410, 500, 301][digest % 5] as number,
    headers: () => ({ location: '/text/1' }),
  },
  private: { control: 'private, max-age=60', variant: ({ headers }) => String(headers['x-user']) },
  cookie: { headers: ({ headers }) => ({ 'set-cookie': [`id=${headers['x-request-id']}; Path=/`, 'a=b'] }) },
  unstored: { control: 'no-store' },
  search: { headers: () => ({ 'no-vary-search': 'params=("utm")' }) },
  flaky: { control: 'max-age=1', manner: 'pieces' },
  grouped: { headers: (_, { n }) => ({ 'cache-groups': `"set-${n % 3}"` }) },
  swr: { control: 'max-age=0, stale-while-revalidate=60' },
  // Its lifetime is its route's.
  timed: { control: '' },
  query: { variant: ({ method, body }) => (method === 'QUERY' ? `found ${String(body)}` : 'all') },
  // Asked for with a query of its own each time.
  unique: {},
  public: { control: 'public, max-age=60' },
}

/** The answer that a page has in this version: the same wherever and whenever it is made. */
export function rendered(asked: Asked, version: Version): Rendered {
  const page = addressOf(asked.target)
  const kind = KINDS[page.kind] ?? {}
  const text = `${page.path} ${versionText(version)} ${kind.variant?.(asked) ?? ''}`
  const digest = createHash('sha256').update(text)
  const status = kind.status?.(digest.copy().digest().readUInt16BE()) ?? 200
  const control = kind.control ?? (CONTROLS[page.n % CONTROLS.length] as string)
  const plain = status === 204 ? Buffer.alloc(0) : sized(text, digest.digest('base64url'), page)
  const body =
    kind.manner === 'json' ? Buffer.from(JSON.stringify({ text: plain.toString('latin1') })) : plain
  return {
    status,
    headers: {
      ...(status !== 204 && { 'content-type': kind.type ?? 'text/plain; charset=utf-8' }),
      ...(control !== '' && { 'cache-control': control }),
      'x-version': versionText(version),
      ...(page.n % 2 === 1 && { 'cache-tag': page.pageName }),
      ...kind.headers?.(asked, page, version),
    },
    body: kind.encode?.(asked, body) ?? body,
    manner: kind.manner ?? 'whole',
  }
}

/** ASCII, and compressible only in part. */
function sized(text: string, digest: string, { kind, n }: PageAddress): Buffer {
  if (kind === 'empty') return Buffer.alloc(0)
  return Buffer.alloc(SIZES[n % SIZES.length] as number, `${text} ${digest}\n`)
}

export function etagOf({ kind, n }: PageAddress, version: Version): string {
  return `"${kind}-${n}-${versionText(version)}"`
}

/** The handler's own way to choose: of its languages the one that is wanted most, whatever else is said. */
function languageOf({ headers }: Asked): string {
  const wanted = String(headers['accept-language'])
    .split(',')
    .map((member) => ({ name: member.trim().slice(0, 2), weight: Number(/;q=(.*)/.exec(member)?.[1] ?? 1) }))
    .sort((a, b) => b.weight - a.weight)
  return wanted.map(({ name }) => name).find((name) => LANGUAGES.has(name)) ?? 'en'
}

function takesGzip({ headers }: Asked): boolean {
  return /\bgzip\b(?!;q=0)/.test(String(headers['accept-encoding']))
}
