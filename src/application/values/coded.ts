import { type Codec, HookError, ValueError } from '../../domain/index.ts'
import { type Codecs, isFor } from './codecs.ts'
import { type CopyPart, copyOnce } from './copy-graph.ts'
import { survey } from './survey.ts'

/** Who is told what became of a value that its codec cannot read. */
export interface Faults {
  report(error: unknown): void
}

/** A value with instances in it, as it is kept: a copy of its plain data, with a `CodedPart` for each instance. */
export class Coded {
  readonly data: unknown
  readonly #faults: Faults

  constructor(data: unknown, faults: Faults) {
    this.data = data
    this.#faults = faults
  }

  /** The value for one more reader; undefined, and reported, if a codec fails at what it could read before. */
  open(): unknown {
    try {
      return decoded(this.data)
    } catch (error) {
      this.#faults.report(error)
      return undefined
    }
  }
}

class CodedPart {
  readonly data: unknown
  readonly #codec: Codec

  constructor(data: unknown, codec: Codec) {
    this.data = data
    this.#codec = codec
  }

  decode(data: unknown): object {
    const codec = this.#codec
    const instance = attempt('decode', codec, () => codec.decode(data))
    if (isFor(codec, instance)) return instance
    throw new HookError('decode', codec.name, new Error('what it returned is not what the codec is for.'))
  }
}

/**
 * Takes a value apart that has instances in it, and tries whether it can be put together again.
 *
 * @param instances what a survey found of them in the value
 * @throws ValueError for what is not plain data in what a codec makes of an instance; HookError for a codec that fails
 */
export function coded(
  value: unknown,
  instances: ReadonlyMap<object, Codec>,
  codecs: Codecs,
  faults: Faults,
): Coded {
  const data = new Encoding(instances, codecs).copyPart(value)
  decoded(data)
  return new Coded(data, faults)
}

/**
 * A depth-first walk that copies plain parts and encodes instances, each once, so that a part which is reached twice is
 * one part for every reader, too. A cycle of plain parts is kept. One that leads through an instance is refused: its
 * codec would be given data in which that very instance is missing, as it is only just being made.
 */
class Encoding {
  readonly #instances: Map<object, Codec>
  readonly #codecs: Codecs
  readonly #copies = new Map<object, unknown>()
  /** The parts that the walk is inside of, with the number of instances around each. */
  readonly #open = new Map<object, number>()
  #around = 0

  constructor(instances: ReadonlyMap<object, Codec>, codecs: Codecs) {
    this.#instances = new Map(instances)
    this.#codecs = codecs
  }

  readonly copyPart: CopyPart = (part) => {
    if (typeof part !== 'object' || part === null) return part
    const around = this.#open.get(part)
    if (around !== undefined && around < this.#around)
      throw new ValueError('a cycle through an instance of a class')
    return this.#copies.get(part) ?? this.#enter(part)
  }

  #enter(part: object): unknown {
    const codec = this.#instances.get(part)
    this.#open.set(part, this.#around)
    const copy = codec === undefined ? copyOnce(part, this.#copies, this.copyPart) : this.#encode(part, codec)
    this.#open.delete(part)
    return copy
  }

  #encode(instance: object, codec: Codec): CodedPart {
    const data = attempt('encode', codec, () => codec.encode(instance))
    const found = survey(data, this.#codecs)
    if ('unsafe' in found) throw new ValueError(`${found.unsafe} (from the codec '${codec.name}')`)
    for (const [inner, its] of found.instances ?? []) this.#instances.set(inner, its)
    this.#around += 1
    const part = new CodedPart(this.copyPart(data), codec)
    this.#around -= 1
    this.#copies.set(instance, part)
    return part
  }
}

function decoded(value: unknown): unknown {
  const copies = new Map<object, unknown>()
  const copyPart: CopyPart = (part) => {
    if (typeof part !== 'object' || part === null) return part
    const known = copies.get(part)
    if (known !== undefined) return known
    if (!(part instanceof CodedPart)) return copyOnce(part, copies, copyPart)
    const instance = part.decode(copyPart(part.data))
    copies.set(part, instance)
    return instance
  }
  return copyPart(value)
}

function attempt<T>(what: string, codec: Codec, call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw new HookError(what, codec.name, error)
  }
}
