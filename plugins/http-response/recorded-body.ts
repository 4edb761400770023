import { fieldLines, type ResponseHead } from './rules/index.ts'

/** The copy of a body that passes by. */
export class RecordedBody {
  readonly #chunks: Buffer[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Bytes are copied, because senders reuse their buffers. */
  add(piece: Uint8Array | string, encoding: BufferEncoding): void {
    const bytes = typeof piece === 'string' ? encoded(piece, encoding) : copyOfBytes(piece)
    this.#length += bytes.byteLength
    this.#chunks.push(bytes)
  }

  drop(): void {
    this.#chunks.length = 0
    this.#length = 0
  }

  /**
   * Is it the whole body of an answer with this head? Who has noticed that the client has left may end an answer with
   * nothing, whatever it would have been.
   */
  isWhole(head: ResponseHead, left: boolean): boolean {
    return matchesContentLength(head, this.#length) && !(left && this.#length === 0)
  }

  whole(): Buffer {
    return this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : joined(this.#chunks, this.#length)
  }
}

/** A body shorter or longer than its head announced is not the whole answer (RFC 9111, 3.3). */
function matchesContentLength({ headers }: ResponseHead, length: number): boolean {
  const lines = fieldLines(headers, 'content-length')
  return lines.length === 0 || lines.every((line) => Number(line) === length)
}

/** A copy with memory of its own: small Buffers are slices of a shared pool, which a stored slice would keep alive. */
function copyOfBytes(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength)
  copy.set(bytes)
  return copy
}

function encoded(text: string, encoding: BufferEncoding): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text, encoding))
  const written = bytes.write(text, encoding)
  // For base64 with spaces in it the length is an estimate.
  return written === bytes.byteLength ? bytes : bytes.subarray(0, written)
}

function joined(chunks: readonly Buffer[], length: number): Buffer {
  const whole = Buffer.allocUnsafeSlow(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
