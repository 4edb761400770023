import type { StrategyFactory } from '../../../domain/index.ts'
import { Miniature } from './miniature.ts'

/**
 * Miniature simulation (Waldspurger, Saemundsson, Ahmad, Park, USENIX ATC'17): a cache of 1/r of the entries that sees
 * the accesses to 1/r of the keys, chosen by their hash, meets the same reuse in miniature, whatever its strategy. So
 * strategies can be tried beside a running cache at a fraction of its cost. The strategies are the real ones.
 *
 * Hit ratios of a miniature are some points off, as hot keys are in the sample or not; all of them are off by about the
 * same, so their differences are three to five times as precise. SIEVE does not scale down where popularity drifts.
 *
 * All see the same accesses. A fingerprint has one number in all of them, so that one search serves all; the number is
 * free again when none holds it. Memory is bounded: with c strategies of e entries at most c * (e + 1) + 1 fingerprints are
 * known, each with some 40 bytes and 4 for each strategy. All entries weigh the same and do not expire.
 *
 * @example
 * const trial = new Miniatures([lru, sieve], 256)
 * if (sample.groupOf(print) !== 0) trial.access(print)
 * trial.hitsOf(1) - trial.hitsOf(0) // what sieve has gained so far
 */
export class Miniatures {
  /** Accesses so far. */
  accesses = 0
  readonly #caches: readonly Miniature[]
  readonly #numbers: Map<number, number> = new Map()
  readonly #prints: Uint32Array
  /** How many caches hold a number. */
  readonly #holders: Uint8Array
  readonly #free: number[]

  /** @param entries of each */
  constructor(factories: readonly StrategyFactory[], entries: number) {
    const most = factories.length * (entries + 1) + 1
    const prints = new Uint32Array(most + 1)
    this.#caches = factories.map((factory) => new Miniature(factory, entries, prints))
    this.#prints = prints
    this.#holders = new Uint8Array(most + 1)
    this.#free = Array.from({ length: most }, (_, i) => most - i)
  }

  /** What the strategy has hit so far. */
  hitsOf(index: number): number {
    return (this.#caches[index] as Miniature).hits
  }

  /** Whether the strategy broke its contract and is out of the trial. */
  isBroken(index: number): boolean {
    return (this.#caches[index] as Miniature).broken
  }

  /** An access to all; those that miss fill. */
  access(print: number): void {
    this.accesses += 1
    const number = this.#numbers.get(print) ?? this.#place(print)
    let holders = this.#holders[number] as number
    for (const cache of this.#caches) {
      const held = cache.holds(number)
      const out = cache.access(number)
      if (out === number) continue
      if (!held && cache.holds(number)) holders += 1
      if (out !== 0) this.#leave(out)
    }
    if (holders === 0) this.#release(number)
    else this.#holders[number] = holders
  }

  /** The key was deleted or has expired: nobody may hit it any more. */
  forget(print: number): void {
    const number = this.#numbers.get(print)
    if (number === undefined) return
    for (const cache of this.#caches) cache.remove(number)
    this.#release(number)
  }

  #leave(number: number): void {
    const left = (this.#holders[number] as number) - 1
    if (left === 0) this.#release(number)
    else this.#holders[number] = left
  }

  #place(print: number): number {
    const number = this.#free.pop() as number
    this.#numbers.set(print, number)
    this.#prints[number] = print
    return number
  }

  #release(number: number): void {
    this.#numbers.delete(this.#prints[number] as number)
    this.#holders[number] = 0
    this.#free.push(number)
  }
}
