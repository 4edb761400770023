import { type Codec, HookError } from '../../domain/index.ts'

/** The codecs of a configuration, in their order. */
export class Codecs {
  readonly #list: readonly Codec[]

  constructor(list: readonly Codec[]) {
    this.#list = list
  }

  /** The first codec that is for this instance. @throws HookError if one of them throws while it is asked */
  of(instance: object): Codec | undefined {
    return this.#list.find((codec) => isFor(codec, instance))
  }

  areThose(others: Codecs): boolean {
    return (
      this.#list.length === others.#list.length && this.#list.every((codec, i) => codec === others.#list[i])
    )
  }
}

export const NO_CODECS: Codecs = new Codecs([])

/** @throws HookError */
export function isFor(codec: Codec, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (codec.class !== undefined) return Object.getPrototypeOf(value) === codec.class.prototype
  try {
    return codec.is?.(value) === true
  } catch (error) {
    throw new HookError('is', codec.name, error)
  }
}
