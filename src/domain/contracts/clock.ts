/**
 * Time, injected once. `now` never goes back and orders lifetimes inside the process; `wall` is the calendar,
 * for what other machines read (HTTP dates). A fake clock implements the same three methods.
 */
export interface Clock {
  /** Milliseconds since some fixed point; never decreases. */
  now(): number
  /** Milliseconds since 1970-01-01 UTC. */
  wall(): number
  /** Calls `task` once after `delay` milliseconds without keeping the process alive; returns what cancels it. */
  schedule(delay: number, task: () => void): () => void
  /** For a clock that stands still between its readings. Without it, each hit asks `now`. */
  readonly standing?: StandingClock
}

/** Lets a cache know until when the last answer of `now` holds. */
export interface StandingClock {
  /** Calls `moved` before `now` gives another time than it gave last; returns what ends that. */
  onMove(moved: () => void): () => void
  /** So many calls of `now` were spared; a clock that is read anew after a number of calls counts them in. */
  spare(readings: number): void
}
