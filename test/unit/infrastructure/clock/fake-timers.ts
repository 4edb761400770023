/** The process's own clock and timers under the hand of a test, which must give them back. */
export interface FakeTimers {
  /** What performance.now() says. */
  time: number
  /** How often performance.now() was asked. */
  readings: number
  readonly timers: {
    readonly delay: number
    readonly task: () => void
    referenced: boolean
    cleared: boolean
  }[]
  restore(): void
}

/** Takes over performance.now, setTimeout and clearTimeout. */
export function fakeTimers(): FakeTimers {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout }
  const fake: FakeTimers = {
    time: 1_000,
    readings: 0,
    timers: [],
    restore() {
      Object.assign(globalThis, real)
      Reflect.deleteProperty(performance, 'now')
    },
  }
  const now = () => {
    fake.readings += 1
    return fake.time
  }
  Object.defineProperty(performance, 'now', { value: now, configurable: true, writable: true })
  const setTimeout = (task: () => void, delay: number) => {
    const timer = { delay, task, referenced: true, cleared: false, unref }
    function unref() {
      timer.referenced = false
      return timer
    }
    fake.timers.push(timer)
    return timer
  }
  const clearTimeout = (timer: { cleared: boolean } | undefined) => {
    if (timer !== undefined) timer.cleared = true
  }
  Object.assign(globalThis, { setTimeout, clearTimeout })
  return fake
}
