import type { Codec } from './contracts/codec.ts'

/** A codec as it is, with the types of its parts worked out from `class` and `encode`. */
export function codec<T extends object, D>(definition: Codec<T, D>): Codec<T, D> {
  return definition
}
