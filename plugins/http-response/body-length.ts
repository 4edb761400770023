import type { SurfacePort } from '../../src/application/index.ts'
import type { HttpPolicy } from './options.ts'
import { fieldValue, type HeaderFields } from './rules/index.ts'
import { headSize } from './stored-response.ts'

/** A body that is there before its head is sent: its length is known, and its bytes are made for those who want them. */
export class WholeBody {
  readonly #piece: string | Uint8Array
  readonly #encoding: BufferEncoding
  #length: number | undefined

  constructor(piece: string | Uint8Array, encoding: BufferEncoding = 'utf8') {
    this.#piece = piece
    this.#encoding = encoding
  }

  get length(): number {
    this.#length ??= lengthOf(this.#piece, this.#encoding)
    return this.#length
  }

  /** Not copied, if it is bytes already. */
  get bytes(): Buffer {
    const piece = this.#piece
    if (typeof piece === 'string') return Buffer.from(piece, this.#encoding)
    return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
  }
}

export function lengthOf(piece: string | Uint8Array, encoding: BufferEncoding): number {
  return typeof piece === 'string' ? Buffer.byteLength(piece, encoding) : piece.byteLength
}

/** How long a body with this head will be, as far as that is known before it is sent; NaN for a length that is none. */
export function knownLength(headers: HeaderFields, whole: WholeBody | undefined): number | undefined {
  if (whole !== undefined) return whole.length
  const said = fieldValue(headers, 'content-length')
  return said === undefined ? undefined : Number(said)
}

/** The longest body that can be kept with this head: by the policy, and by what the cache takes for one entry. */
export function longestBody(
  port: SurfacePort,
  key: string,
  headers: HeaderFields,
  policy: HttpPolicy,
): number {
  return Math.min(policy.maxBodySize, port.roomFor(key) - headSize(headers))
}
