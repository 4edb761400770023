import { FadingRecord, type Tally } from './fading-record.ts'

/** After how many more tallies one counts for a third. The longest is for gains that are steady but come seldom. */
const MEMORIES: readonly number[] = [160, 1_280, 10_240]
/** Which of them gains are reported from. */
const REPORTED = 1
/** A lead of so many deviations is no chance. */
const SURE = 3
/** What is gained must be this part of the misses, or of the hits where these are fewer. */
const LEAST_GAIN = 0.04

export interface ChooserOptions {
  /** Who is in office at the start. Default 0, the first candidate. */
  readonly office?: number
  /** What a change of office costs, in hits of the samples together. Default 0. */
  readonly switchCost?: number
}

/** What a candidate has over the one in office, in points of hit ratio: `points ± spread`. */
export interface Gain {
  readonly points: number
  /** Two standard deviations. */
  readonly spread: number
}

/**
 * Decides from the tallies of several samples who of some candidates should be in office, and changes its mind only
 * when it is sure. A candidate takes office if in one of three memories, from short to long,
 * - its lead is beyond chance: three times what the sum of its differences would stray if each were as likely to be the
 *   reverse (a self-normalised sum; de la Peña, Lai, Shao 2009). Nothing is assumed of how differences are spread, and
 *   samples count as repeated looks, so a lead of one hot key in one sample is no proof;
 * - it is worth having: 4 % fewer misses, or 4 % more hits where hits are the rarer;
 * - it has already cost as many hits as the change itself does. This is the rule of the ski rental (Karlin, Manasse,
 *   Rudolph, Sleator, Algorithmica 1988): whoever pays for waiting until that equals the price, and then changes, pays
 *   at most twice what the wisest would;
 * - and no shorter memory speaks against it, else they would take turns.
 *
 * O(candidates²) a tally, nothing in between.
 *
 * @example
 * const chooser = new Chooser(2)
 * chooser.observe([{ accesses: 100, hits: [50, 60] }]) // 0: one look proves nothing
 */
export class Chooser {
  readonly #candidates: number
  readonly #switchCost: number
  readonly #records: readonly FadingRecord[]
  #office: number

  constructor(candidates: number, { office = 0, switchCost = 0 }: ChooserOptions = {}) {
    this.#candidates = candidates
    this.#switchCost = switchCost
    this.#office = office
    this.#records = MEMORIES.map((memory) => new FadingRecord(candidates, memory))
  }

  get office(): number {
    return this.#office
  }

  /** Takes in what each sample has shown since the last look; returns who is in office now. */
  observe(tallies: readonly Tally[]): number {
    for (const tally of tallies) for (const record of this.#records) record.add(tally)
    for (let memory = 0; memory < this.#records.length; memory++) {
      const winner = this.#winnerIn(memory)
      if (winner === this.#office) continue
      this.#office = winner
      break
    }
    return this.#office
  }

  /** Of each candidate over the one in office, by the middle memory; the latter's own is 0. */
  gains(): readonly Gain[] {
    const record = this.#records[REPORTED] as FadingRecord
    const points = (hits: number) => (100 * hits) / Math.max(1, record.accesses)
    return Array.from({ length: this.#candidates }, (_, candidate) => ({
      points: points(record.lead(candidate, this.#office)),
      spread: points(2 * record.deviation(candidate, this.#office)),
    }))
  }

  /** Of those who have earned the office in a memory, the one with most hits. */
  #winnerIn(memory: number): number {
    const record = this.#records[memory] as FadingRecord
    let winner = this.#office
    for (let candidate = 0; candidate < this.#candidates; candidate++) {
      if (record.lead(candidate, winner) > 0 && this.#hasEarned(candidate, memory)) winner = candidate
    }
    return winner
  }

  #hasEarned(candidate: number, memory: number): boolean {
    const office = this.#office
    const record = this.#records[memory] as FadingRecord
    const least = LEAST_GAIN * Math.min(record.accesses - record.hitsOf(office), record.hitsOf(candidate))
    const chance = SURE * record.deviation(candidate, office)
    if (record.lead(candidate, office) <= Math.max(least, chance, this.#switchCost)) return false
    return this.#records.slice(0, memory).every((shorter) => shorter.lead(candidate, office) >= 0)
  }
}
