import type { Clock } from '../../src/domain/index.ts'

/** A clock that stands still until it is told to move. */
export interface FakeClock extends Clock {
  /**
   * Lets `ms` milliseconds pass. Each timer runs when the clock stands at its time, earliest first, in the order of
   * scheduling where times are equal; timers scheduled meanwhile run too if they are due. A task that throws ends the
   * call at its time. Promises settle only when the caller awaits.
   *
   * @throws RangeError for a negative or infinite step
   */
  advance(ms: number): void
  /** Timers that were scheduled and have neither run nor been cancelled; those that wait for ever do not count. */
  readonly pendingTimers: number
}

interface Timer {
  readonly at: number
  readonly task: () => void
}

/**
 * A clock for tests: exact, and without sleeping.
 *
 * @param options.start what `now()` says at first; default 1,000,000 ms
 * @param options.wall what `wall()` says at first; default 2026-01-01 UTC
 * @example
 * const clock = fakeClock()
 * const cache = await createCache({ clock, ttl: '1m' })
 * await cache.set('a', 1)
 * clock.advance(60_000)
 * await cache.get('a') // undefined
 */
export function fakeClock(options: { readonly start?: number; readonly wall?: number } = {}): FakeClock {
  const start = options.start ?? 1_000_000
  const wall = options.wall ?? Date.UTC(2026, 0, 1)
  const timers = new Set<Timer>()
  const watchers = new Set<() => void>()
  let now = start

  const moveTo = (time: number) => {
    if (time !== now) for (const moved of watchers) moved()
    now = time
  }

  const earliest = (): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) if (first === undefined || timer.at < first.at) first = timer
    return first
  }

  return {
    now: () => now,
    wall: () => wall + Math.floor(now - start),
    schedule(delay, task) {
      if (delay === Number.POSITIVE_INFINITY) return () => {}
      const timer: Timer = { at: now + Math.max(0, delay), task }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY))
        throw new RangeError(`cannot advance a clock by ${ms} ms`)
      const end = now + ms
      for (let timer = earliest(); timer !== undefined && timer.at <= end; timer = earliest()) {
        timers.delete(timer)
        moveTo(timer.at)
        timer.task()
      }
      moveTo(end)
    },
    standing: {
      onMove(moved) {
        watchers.add(moved)
        return () => void watchers.delete(moved)
      },
      spare() {},
    },
    get pendingTimers() {
      return timers.size
    },
  }
}
