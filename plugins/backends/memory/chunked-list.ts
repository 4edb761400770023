/** Elements of a chunk: 1 MB of references. `get` and `set` have its logarithm, 17, written out. */
const CHUNK = 2 ** 17

/**
 * A long list of references that grows without being copied: a list for a million entries takes 16 MB, and to allocate
 * and fill that at once stops the process for 20 ms. It has exactly the length that was asked for; growing by `push`
 * leaves up to half of the memory unused.
 */
export class ChunkedList<T> {
  readonly chunks: T[][]

  constructor(length: number) {
    this.chunks = [new Array<T>(Math.min(length, CHUNK))]
    this.grow(length)
  }

  // Literals, and a field that is not private: with fewer than 28 bytes of code V8 inlines them wherever they are called.
  get(at: number): T {
    return (this.chunks[at >>> 17] as T[])[at & 0x1_ffff] as T
  }

  set(at: number, value: T): void {
    ;(this.chunks[at >>> 17] as T[])[at & 0x1_ffff] = value
  }

  /** Makes room for elements below `length`. Only the last chunk is copied. */
  grow(length: number): void {
    const { chunks } = this
    const last = chunks.length - 1
    chunks[last] = lengthened(chunks[last] as T[], Math.min(length - last * CHUNK, CHUNK))
    while (chunks.length * CHUNK < length) {
      chunks.push(new Array<T>(Math.min(length - chunks.length * CHUNK, CHUNK)))
    }
  }
}

function lengthened<T>(list: T[], length: number): T[] {
  if (list.length >= length) return list
  const longer = new Array<T>(length)
  for (let i = 0; i < list.length; i++) longer[i] = list[i] as T
  return longer
}
