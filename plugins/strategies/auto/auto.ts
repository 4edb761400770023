import {
  CallOptionError,
  type Slot,
  type Strategy,
  type StrategyContext,
  type StrategyFactory,
} from '../../../src/domain/index.ts'
import type { AutoReport, SwitchReport } from './report.ts'
import { Succession } from './succession.ts'
import { Trial } from './trial.ts'

/** A trial is made anew when the number of entries has changed by this factor since. */
const CHANGE = 2
/** Entries whose group is settled after the trial has changed, per insertion. */
const MOST_MARKED = 16
const MOST_SWITCHES = 16
/** A group of a trial is at most 3; with none of its bits attended to, a hit is a hit. */
const ANY_GROUP = 0b11
const NO_GROUP = 0

/**
 * The strategy that is best right now. Miniatures of some candidates see a hashed sample of the accesses
 * (Waldspurger et al., USENIX ATC'17), and when another one than that in office is ahead for sure and by enough, it takes
 * over, without a pause. How that is observed is in trial.ts and watch-budget.ts, how it is decided in the chooser of the
 * application layer, how entries change hands in succession.ts.
 *
 * Over ten real traces (ORM, web, block storage) and three sizes: 0.87 of the optimum, and half a point of hit ratio below
 * the best strategy of each, which nobody knows beforehand; never more than half a point below LRU. What it cannot do is
 * to be there before the pattern is: short runs are those of the first candidate, and a pattern that turns over faster
 * than the chooser learns is too.
 *
 * A hit costs what it costs in the strategy in office and a look at one byte; for one in so many see trial.ts. Memory:
 * that of the strategy in office, one byte a slot, and the trial's.
 */
export class Auto implements Strategy {
  readonly name = 'auto'
  readonly fingerprints = true
  readonly #candidates: readonly StrategyFactory[]
  readonly #context: StrategyContext
  /** Its notes are the groups of slots in the trial. */
  readonly #succession: Succession
  #trial: Trial
  #attention: number = ANY_GROUP
  #office = 0
  #slots: number
  #capacity: number
  #named: Slot = 0
  /** Slots up to here may have a group of an earlier trial. */
  #unmarked: Slot = 0
  #insertions = 0
  #since = 0
  #switches = 0
  #lastSwitches: readonly SwitchReport[] = []

  constructor(candidates: readonly StrategyFactory[], context: StrategyContext) {
    this.#candidates = candidates
    this.#context = context
    this.#slots = context.slots
    this.#capacity = context.maxEntries
    this.#succession = new Succession(context, candidates[0] as StrategyFactory)
    this.#trial = new Trial(candidates, this.#capacity, 0)
  }

  grow(slots: number): void {
    this.#slots = slots
    this.#succession.grow(slots)
  }

  insert(slot: Slot, print: number, weight: number): void {
    this.#insertions += 1
    if (this.#succession.held > this.#capacity * CHANGE) this.#renewTrial()
    if (this.#unmarked > 0) this.#markSome()
    this.#trial.inserted()
    this.#attend()
    const group = this.#trial.groupOf(print)
    this.#succession.insert(slot, print, weight, group)
    if ((group & this.#attention) !== 0) this.#show(group, print)
  }

  touch(slot: Slot): void {
    if ((this.#succession.touch(slot) & this.#attention) !== 0) this.#watch(slot)
  }

  retime(slot: Slot): void {
    this.#succession.retime(slot)
  }

  renew(slot: Slot, weight: number): void {
    if ((this.#succession.renew(slot, weight) & this.#attention) !== 0) this.#watch(slot)
  }

  remove(slot: Slot): void {
    if (slot !== this.#named && this.#succession.note(slot) !== 0) this.#forget(slot)
    this.#named = 0
    this.#succession.remove(slot)
  }

  /** Somebody must leave: if far fewer are held than expected, bytes are what bounds this cache. */
  victim(): Slot {
    if (this.#succession.held * CHANGE < this.#capacity) this.#renewTrial()
    this.#named = this.#succession.victim()
    return this.#named
  }

  /** What it saw so far; a plain record. */
  report(): AutoReport {
    const { rate, groups, accesses, watching } = this.#trial
    return {
      current: this.#nameOf(this.#office),
      since: this.#since,
      insertions: this.#insertions,
      handingOver: this.#succession.handingOver,
      candidates: this.#trial.report(),
      switches: this.#switches,
      lastSwitches: this.#lastSwitches,
      sample: { rate, groups, accesses, watching },
    }
  }

  /** A hit of an entry whose group may be that of an earlier trial. */
  #watch(slot: Slot): void {
    const print = this.#context.fingerprint(slot)
    const group = this.#trial.groupOf(print)
    this.#succession.setNote(slot, group)
    if (group !== 0) this.#show(group, print)
  }

  #show(group: number, print: number): void {
    this.#trial.access(group, print)
    this.#attend()
    const { office } = this.#trial
    if (office !== this.#office && !this.#succession.handingOver) this.#appoint(office)
  }

  #attend(): void {
    this.#attention = this.#trial.watching ? ANY_GROUP : NO_GROUP
  }

  #forget(slot: Slot): void {
    const print = this.#context.fingerprint(slot)
    const group = this.#trial.groupOf(print)
    if (group !== 0) this.#trial.forget(group, print)
  }

  #appoint(candidate: number): void {
    this.#succession.appoint(this.#candidates[candidate] as StrategyFactory)
    const last = { from: this.#nameOf(this.#office), to: this.#nameOf(candidate), at: this.#insertions }
    this.#office = candidate
    this.#since = this.#insertions
    this.#switches += 1
    this.#lastSwitches = [...this.#lastSwitches.slice(1 - MOST_SWITCHES), last]
  }

  #renewTrial(): void {
    this.#capacity = Math.max(1, this.#succession.held)
    this.#trial = new Trial(this.#candidates, this.#capacity, this.#office)
    this.#attend()
    this.#unmarked = this.#slots - 1
  }

  /** Hashing every key at once would be a pause. */
  #markSome(): void {
    for (let marked = 0; marked < MOST_MARKED && this.#unmarked > 0; marked++, this.#unmarked--) {
      const slot = this.#unmarked
      if (!this.#succession.holds(slot)) continue
      this.#succession.setNote(slot, this.#trial.groupOf(this.#context.fingerprint(slot)))
    }
  }

  #nameOf(candidate: number): string {
    return (this.#candidates[candidate] as StrategyFactory).name
  }
}

/** A factory that makes strategies which report. */
export interface AutoFactory extends StrategyFactory {
  create(context: StrategyContext): Auto
}

/**
 * The factory of `auto` over some candidates; the first is in office at the start. Each costs a tenth of a microsecond
 * or two per watched access, so choose few that differ.
 *
 * Throws `HITHERTO_OPTION_INVALID` without a candidate.
 *
 * @example
 * await createCache({ strategy: autoStrategy([wTinyLfu, lirs, mine]) })
 */
export function autoStrategy(candidates: readonly StrategyFactory[]): AutoFactory {
  if (candidates.length === 0) throw new CallOptionError('candidates', 'there must be at least one strategy.')
  return { name: 'auto', create: (context) => new Auto(candidates, context) }
}
