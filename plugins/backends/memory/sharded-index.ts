import type { KeyIndex, Slot } from '../../../src/domain/index.ts'
import type { Fingerprints } from './fingerprints.ts'

/**
 * A cache bounded to fewer entries than this has one Map: its rehash takes some 5 ms at worst, and a hit needs no
 * fingerprint to find its shard.
 */
export const ONE_MAP_ENTRIES: number = 2 ** 17

/** Entries per shard, on average: 94 % of 2^13, where V8 would double the Map. */
const SHARD_ENTRIES = 15 * 2 ** 9

/**
 * From key to slot, over several Maps. V8 rehashes a Map in one go, 90 ms and more for a million keys, while nobody is
 * served. Linear hashing (Litwin, VLDB 1980) spreads that: with each 7,680 more keys one shard, in turn, is split in
 * two, so no step touches more than two shards' worth of keys and there is no moment at which all are moved.
 *
 * With n = 2^k + s shards, the first s and the last s were split in this round and take one more bit of the
 * fingerprint. Shards never merge; an index that was emptied starts with one again. As long as there is one, nothing is
 * hashed.
 */
export class ShardedIndex implements KeyIndex {
  size = 0
  whole: Map<string, Slot> | undefined = new Map()
  /** False for one Map, whatever it holds. */
  split: boolean
  readonly #prints: Fingerprints
  #shards: Map<string, Slot>[] = [this.whole as Map<string, Slot>]
  /** The power of two at or below the number of shards, less one: a mask. */
  #mask = 0
  /** How many shards were split in this round. */
  #splits = 0

  constructor(prints: Fingerprints, split: boolean) {
    this.#prints = prints
    this.split = split
  }

  /** What will find every key as long as none is added: the Map itself, where it is one. */
  get reader(): { get(key: string): Slot | undefined } {
    return this.whole ?? this
  }

  get shards(): number {
    return this.#shards.length
  }

  get(key: string): Slot | undefined {
    return this.#shardOf(key).get(key)
  }

  has(key: string): boolean {
    return this.#shardOf(key).has(key)
  }

  /** Adds a key that is not there, or gives one that is another slot. */
  set(key: string, slot: Slot): void {
    const shard = this.#shardOf(key)
    const before = shard.size
    shard.set(key, slot)
    this.size += shard.size - before
    if (this.split && this.size > SHARD_ENTRIES * this.#shards.length) this.#grow()
  }

  delete(key: string): boolean {
    const deleted = this.#shardOf(key).delete(key)
    if (deleted) this.size -= 1
    return deleted
  }

  clear(): void {
    this.whole = new Map()
    this.#shards = [this.whole]
    this.#mask = 0
    this.#splits = 0
    this.size = 0
  }

  #shardOf(key: string): Map<string, Slot> {
    return this.whole ?? (this.#shards[this.#place(key)] as Map<string, Slot>)
  }

  #place(key: string): number {
    const print = this.#prints.of(key)
    const place = print & this.#mask
    return place < this.#splits ? print & (2 * this.#mask + 1) : place
  }

  /** Both halves are made anew: a Map that lost half of its keys would keep their room. */
  #grow(): void {
    const whole = this.#shards[this.#splits] as Map<string, Slot>
    const stay = new Map<string, Slot>()
    const move = new Map<string, Slot>()
    const bit = this.#mask + 1
    for (const [key, slot] of whole) {
      const half = (this.#prints.of(key) & bit) === 0 ? stay : move
      half.set(key, slot)
    }
    this.whole = undefined
    this.#shards[this.#splits] = stay
    this.#shards.push(move)
    this.#splits += 1
    if (this.#splits <= this.#mask) return
    this.#mask = 2 * this.#mask + 1
    this.#splits = 0
  }
}
