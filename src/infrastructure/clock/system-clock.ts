import { AsyncResource } from 'node:async_hooks'
import type { Clock } from '../../domain/index.ts'

/**
 * Timers are set outside of every asynchronous context: one that is armed within a load and arms itself again would
 * otherwise carry that load's scope, and its generation, for ever.
 */
const outside = new AsyncResource('hitherto.clock')

function timer(task: () => void, delay: number): NodeJS.Timeout {
  return outside.runInAsyncScope(() => setTimeout(task, delay).unref())
}

/** After so many readings the clock is read again in any case: a long synchronous loop never lets the timer fire. */
const READINGS = 64

/**
 * The system's clock, coarse where it is hot. Reading the real one costs about as much as a whole cache hit (50 ns),
 * so `now` repeats its last reading until an unref'd 1 ms timer, armed by that reading, has fired: it is at most 1 ms
 * or one turn of the event loop old. Nobody reads, no timer runs.
 */
export function systemClock(): Clock {
  let last = performance.now()
  let left = 0
  let armed = false
  const watchers: (() => void)[] = []
  const expire = () => {
    armed = false
    left = 0
    for (const moved of watchers) moved()
  }
  const read = () => {
    for (const moved of watchers) moved()
    last = performance.now()
    left = READINGS
    if (!armed) {
      armed = true
      timer(expire, 1)
    }
    return last
  }
  return {
    now: () => {
      left -= 1
      return left > 0 ? last : read()
    },
    wall: () => Date.now(),
    schedule: (delay, task) => schedule(delay, task),
    standing: {
      onMove(moved) {
        watchers.push(moved)
        return () => void watchers.splice(watchers.indexOf(moved), 1)
      },
      spare: (readings) => {
        left -= readings
      },
    },
  }
}

/** The longest delay of one Node timer, about 24.8 days; longer ones wait in legs. */
const LONGEST = 2 ** 31 - 1

function schedule(delay: number, task: () => void): () => void {
  if (delay === Number.POSITIVE_INFINITY) return () => {}
  let left = delay
  let running: NodeJS.Timeout
  const leg = () => {
    const step = Math.min(left, LONGEST)
    left -= step
    running = timer(left > 0 ? leg : task, step)
  }
  leg()
  return () => clearTimeout(running)
}
