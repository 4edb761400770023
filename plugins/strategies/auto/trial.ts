import {
  Chooser,
  Miniatures,
  SpatialSample,
  sampleSizeFor,
  type Tally,
} from '../../../src/application/insight/index.ts'
import type { StrategyFactory } from '../../../src/domain/index.ts'
import type { CandidateReport } from './report.ts'
import { WatchBudget } from './watch-budget.ts'

/** Entries of a miniature: at least this many and less than twice as many; fewer only if the cache has fewer. */
const ENTRIES = 128
const GROUPS = 3
/** A look after this part of a miniature's entries in sampled accesses, but not after fewer than this. */
const LOOK_PART = 1 / 8
const LEAST_LOOK = 16
/** What a change costs, in hits per entry; a third to thrice as much makes no difference over many traces. */
const SWITCH_COST = 0.3

/**
 * A trial of strategies beside a running cache: miniatures of the cache, one for each candidate in each of up to three
 * samples that share no key, and a chooser that compares them. Caches of 128 to 255 entries have one sample, all keys.
 *
 * A watched access costs about a microsecond, with five candidates. One in 260 accesses is watched for a cache of
 * 100,000 entries, one in 26 for 10,000, and all for some hundred, but only as far as the budget goes. The memory, some
 * 400 KB with five candidates, does not depend on the cache.
 */
export class Trial {
  readonly rate: number
  readonly groups: number
  readonly #factories: readonly StrategyFactory[]
  readonly #sample: SpatialSample
  readonly #miniatures: readonly Miniatures[]
  readonly #chooser: Chooser
  readonly #budget: WatchBudget
  readonly #turnover: number
  readonly #interval: number
  #untilLook: number
  /** Sampled accesses that only bring the miniatures up to date, after a rest. */
  #untilReady = 0
  /** What the last look has seen, by group. */
  readonly #seen: readonly { accesses: number; readonly hits: Float64Array }[]

  constructor(factories: readonly StrategyFactory[], capacity: number, office: number) {
    const { rate, groups, entries } = sampleSizeFor(capacity, ENTRIES, GROUPS)
    this.rate = rate
    this.groups = groups
    this.#factories = factories
    this.#sample = new SpatialSample({ rate, groups })
    this.#miniatures = Array.from({ length: groups }, () => new Miniatures(factories, entries))
    this.#turnover = entries * groups
    this.#chooser = new Chooser(factories.length, { office, switchCost: SWITCH_COST * this.#turnover })
    this.#budget = new WatchBudget(this.#turnover)
    this.#interval = groups * Math.max(LEAST_LOOK, Math.round(entries * LOOK_PART))
    this.#untilLook = this.#interval
    this.#seen = this.#miniatures.map(() => ({ accesses: 0, hits: new Float64Array(factories.length) }))
  }

  /** The index of the candidate that should run the cache. */
  get office(): number {
    return this.#chooser.office
  }

  /** Whether accesses are to be shown; during a rest they are not. */
  get watching(): boolean {
    return this.#budget.watching
  }

  /** Sampled accesses that were shown. */
  get accesses(): number {
    return this.#miniatures.reduce((sum, miniatures) => sum + miniatures.accesses, 0)
  }

  /** The group of a fingerprint, from 1; 0 if it is not in the trial. */
  groupOf(print: number): number {
    return this.#sample.groupOf(print)
  }

  /** An insertion, in the sample or not. */
  inserted(): void {
    if (this.#budget.earn()) this.#untilReady = this.#turnover
  }

  /** An access to a key of a group, a hit or a miss. */
  access(group: number, print: number): void {
    ;(this.#miniatures[group - 1] as Miniatures).access(print)
    this.#budget.spend()
    if (this.#untilReady > 0) {
      this.#untilReady -= 1
      if (this.#untilReady === 0) this.#look()
      return
    }
    this.#untilLook -= 1
    if (this.#untilLook === 0) this.#chooser.observe(this.#look())
  }

  /** An entry of a group was deleted or has expired. */
  forget(group: number, print: number): void {
    ;(this.#miniatures[group - 1] as Miniatures).forget(print)
  }

  report(): readonly CandidateReport[] {
    return this.#chooser.gains().map((gain, i) => ({
      name: (this.#factories[i] as StrategyFactory).name,
      ...gain,
      broken: this.#miniatures.some((miniatures) => miniatures.isBroken(i)),
    }))
  }

  /** What was seen since the last look. */
  #look(): readonly Tally[] {
    this.#untilLook = this.#interval
    return this.#miniatures.map((miniatures, group) => {
      const seen = this.#seen[group] as { accesses: number; hits: Float64Array }
      const accesses = miniatures.accesses - seen.accesses
      const hits = this.#factories.map((_, i) => miniatures.hitsOf(i) - (seen.hits[i] as number))
      seen.accesses = miniatures.accesses
      for (let i = 0; i < hits.length; i++) seen.hits[i] = miniatures.hitsOf(i)
      return { accesses, hits }
    })
  }
}
