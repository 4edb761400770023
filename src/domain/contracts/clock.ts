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
}
