import { type LocalSpace, Shortcut } from '../../../src/domain/index.ts'
import { Fingerprints } from './fingerprints.ts'
import { ONE_MAP_ENTRIES, ShardedIndex } from './sharded-index.ts'

/** A key space with an index that can be written. */
export type Space = LocalSpace & { readonly index: ShardedIndex; readonly shortcut: Shortcut }

/** The key spaces of a store, by name and by number, with indexes that suit the number of entries. */
export class Spaces {
  readonly prints: Fingerprints = new Fingerprints()
  readonly #all: Space[] = []
  readonly #byName = new Map<string, Space>()
  #split: boolean

  constructor(maxEntries: number) {
    this.#split = maxEntries > ONE_MAP_ENTRIES
  }

  /** The key space of that name, made on first use. */
  named(name: string): Space {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    const index = new ShardedIndex(this.prints, this.#split)
    const space: Space = { id: this.#all.length, name, index, shortcut: new Shortcut() }
    this.#all.push(space)
    this.#byName.set(name, space)
    return space
  }

  at(id: number): Space {
    return this.#all[id] as Space
  }

  /** Another bound; an index that is too large for it is split step by step as keys are added. */
  resize(maxEntries: number): void {
    this.#split = maxEntries > ONE_MAP_ENTRIES
    for (const { index } of this.#all) index.split = this.#split
  }

  clear(): void {
    for (const { index } of this.#all) index.clear()
  }
}
