/** How a candidate has done in the trial, by a memory of some hundred turnovers. */
export interface CandidateReport {
  readonly name: string
  /** Hit ratio over the one in office, in points: `points ± spread`. */
  readonly points: number
  /** Two standard deviations, in points. */
  readonly spread: number
  /** It broke the contract of strategies in its miniature and is out of the trial. */
  readonly broken: boolean
}

/** A change of office. */
export interface SwitchReport {
  readonly from: string
  readonly to: string
  /** Insertions before it. */
  readonly at: number
}

/** What `auto` saw. Its clock counts insertions, for a strategy knows no time. */
export interface AutoReport {
  /** The strategy in office. */
  readonly current: string
  /** Insertions before it took office. */
  readonly since: number
  /** Insertions so far. */
  readonly insertions: number
  /** Entries are being handed over from the one before. */
  readonly handingOver: boolean
  readonly candidates: readonly CandidateReport[]
  /** How often the office has changed. */
  readonly switches: number
  /** The latest changes, oldest first, at most 16. */
  readonly lastSwitches: readonly SwitchReport[]
  readonly sample: {
    /** The part of the keys in each group. */
    readonly rate: number
    readonly groups: number
    /** Sampled accesses watched so far. */
    readonly accesses: number
    /** False while it rests. */
    readonly watching: boolean
  }
}
