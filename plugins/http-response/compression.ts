import zlib from 'node:zlib'
import type { ContentCoding } from './rules/index.ts'

/** A stored body in one coding. */
export interface CodedBody {
  readonly coding: ContentCoding
  readonly body: Buffer
}

type Sync = (body: Uint8Array) => Buffer
type Async = (body: Uint8Array, done: (error: Error | null, coded: Buffer) => void) => void

interface Coder {
  readonly sync: Sync
  readonly async: Async
}

/** What newer versions of Node have, and the oldest supported ones do not. */
interface Zstandard {
  zstdCompressSync?(body: Uint8Array, options: object): Buffer
  zstdCompress?(body: Uint8Array, options: object, done: (error: Error | null, coded: Buffer) => void): void
}

const { constants } = zlib

/**
 * Compressed once and sent often, so more than the default effort of a server that compresses each answer, and less
 * than what takes seconds: a megabyte of text takes tens of milliseconds, off the main thread. At this level zstd keeps to
 * windows below 8 MiB, as RFC 9659 demands of the coding.
 */
const GZIP = { level: 6 }
const BROTLI_QUALITY = 5
const ZSTD_LEVEL = 6

const brotli = ({ byteLength }: Uint8Array): zlib.BrotliOptions => ({
  params: {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: byteLength,
  },
})

const CODERS: ReadonlyMap<ContentCoding, Coder> = new Map([
  ...zstandard(zlib as unknown as Zstandard),
  [
    'br',
    {
      sync: (body) => zlib.brotliCompressSync(body, brotli(body)),
      async: (body, done) => zlib.brotliCompress(body, brotli(body), done),
    },
  ],
  [
    'gzip',
    {
      sync: (body) => zlib.gzipSync(body, GZIP),
      async: (body, done) => zlib.gzip(body, GZIP, done),
    },
  ],
] satisfies (readonly [ContentCoding, Coder])[])

function zstandard({ zstdCompressSync, zstdCompress }: Zstandard): [ContentCoding, Coder][] {
  const level = (constants as Record<string, unknown>).ZSTD_c_compressionLevel
  if (zstdCompressSync === undefined || zstdCompress === undefined || typeof level !== 'number') return []
  const options = { params: { [level]: ZSTD_LEVEL } }
  return [
    [
      'zstd',
      {
        sync: (body) => zstdCompressSync(body, options),
        async: (body, done) => zstdCompress(body, options, done),
      },
    ],
  ]
}

/** The codings that this Node can make, best first: zstd from 22.15 and 23.8 on, brotli and gzip always. */
export const CODINGS: readonly ContentCoding[] = [...CODERS.keys()]

/** Bounds of the work that compressing may cause. */
export interface CompressionLimits {
  /** Bodies up to this size are compressed at once, within the request, bytes. Default 2048. */
  readonly immediate?: number
  /** Bodies compressed side by side, each on a thread of libuv's pool, which has four. Default 2. */
  readonly concurrency?: number
  /** How many may wait; the next one is not compressed this time. Default 64. */
  readonly waiting?: number
}

/**
 * Compresses stored bodies, each once per coding however many ask at the same time. It keeps nothing but work under way
 * and the memory of bodies that do not get smaller: who asks, stores the result. Never throws and never rejects.
 */
export class Compression {
  readonly #immediate: number
  readonly #concurrency: number
  readonly #waiting: number
  readonly #underWay = new WeakMap<Uint8Array, Map<ContentCoding, Promise<CodedBody | undefined>>>()
  readonly #hopeless = new WeakMap<Uint8Array, Set<ContentCoding>>()
  readonly #queue: (() => void)[] = []
  #running = 0

  constructor({ immediate = 2048, concurrency = 2, waiting = 64 }: CompressionLimits = {}) {
    this.#immediate = immediate
    this.#concurrency = concurrency
    this.#waiting = waiting
  }

  /**
   * The body in this coding, or undefined: it does not get smaller, there is too much to do, or zlib failed. A promise
   * for all but small bodies; a request need not wait for it, the plain body is good.
   *
   * @param body must not change afterwards
   */
  coded(body: Uint8Array, coding: ContentCoding): CodedBody | undefined | Promise<CodedBody | undefined> {
    const coder = CODERS.get(coding)
    if (coder === undefined || this.#hopeless.get(body)?.has(coding)) return undefined
    if (body.byteLength <= this.#immediate) return this.#atOnce(body, coding, coder)
    return this.#underWay.get(body)?.get(coding) ?? this.#queued(body, coding, coder)
  }

  #atOnce(body: Uint8Array, coding: ContentCoding, { sync }: Coder): CodedBody | undefined {
    try {
      return this.#worthwhile(body, coding, sync(body))
    } catch {
      return this.#worthwhile(body, coding, undefined)
    }
  }

  #queued(body: Uint8Array, coding: ContentCoding, coder: Coder): Promise<CodedBody | undefined> | undefined {
    if (this.#running >= this.#concurrency && this.#queue.length >= this.#waiting) return undefined
    const work = new Promise<CodedBody | undefined>((resolve) => {
      const begin = (): void =>
        this.#begin(body, coder, (coded) => resolve(this.#worthwhile(body, coding, coded)))
      if (this.#running < this.#concurrency) begin()
      else this.#queue.push(begin)
    })
    const codings = this.#underWay.get(body) ?? new Map()
    this.#underWay.set(body, codings.set(coding, work))
    void work.then(() => codings.delete(coding))
    return work
  }

  #begin(body: Uint8Array, coder: Coder, done: (coded: Buffer | undefined) => void): void {
    this.#running++
    const end = (coded: Buffer | undefined): void => {
      this.#running--
      this.#queue.shift()?.()
      done(coded)
    }
    try {
      coder.async(body, (error, coded) => end(error === null ? coded : undefined))
    } catch {
      end(undefined)
    }
  }

  #worthwhile(body: Uint8Array, coding: ContentCoding, coded: Buffer | undefined): CodedBody | undefined {
    if (coded !== undefined && coded.byteLength < body.byteLength) return { coding, body: compact(coded) }
    this.#hopeless.set(body, (this.#hopeless.get(body) ?? new Set()).add(coding))
    return undefined
  }
}

/** zlib hands out views of larger buffers, which would stay in memory as long as the view is stored. */
function compact(coded: Buffer): Buffer {
  return coded.byteLength === coded.buffer.byteLength ? coded : Buffer.from(Uint8Array.from(coded).buffer)
}
