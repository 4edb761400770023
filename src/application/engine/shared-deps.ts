import type { TagRecord } from '../../domain/index.ts'

/** Sets remembered; a power of two. */
const SETS = 1_024
/** Longer sets are seldom met twice, and would make the table heavy. */
const LONGEST = 32

/**
 * Entries that depend on the same records share one list of them: many entries have few different sets of tags, and a
 * list of its own costs an entry 40 bytes and more. The table is direct-mapped: a set that meets another one in its
 * place takes it over, so nothing has to be counted or freed, and what is held is bounded. Lists are compared by their
 * records, so a chance or contrived collision costs memory, and no more.
 */
export class SharedDeps {
  readonly #sets: (readonly TagRecord[] | undefined)[] = []

  /** A list of the same records in the same order, shared where one was made lately. */
  of(deps: readonly TagRecord[]): readonly TagRecord[] {
    if (deps.length > LONGEST) return deps
    let hash = deps.length
    for (const { name } of deps) hash = mixed(hash, name)
    const place = (hash ^ (hash >>> 15)) & (SETS - 1)
    const known = this.#sets[place]
    if (known !== undefined && areSame(known, deps)) return known
    this.#sets[place] = deps
    return deps
  }
}

/** Tags that differ do so near their ends, mostly (`user:17`). */
function mixed(hash: number, name: string): number {
  let result = hash ^ name.length
  for (let i = Math.max(0, name.length - 8); i < name.length; i++) {
    result = Math.imul(result ^ name.charCodeAt(i), 0x01000193)
  }
  return result
}

function areSame(one: readonly TagRecord[], other: readonly TagRecord[]): boolean {
  if (one.length !== other.length) return false
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false
  return true
}
