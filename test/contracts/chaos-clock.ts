import type { Clock } from '../../src/domain/index.ts'
import { type Chaos, checkedTrouble, type Trouble } from './chaos.ts'

/** How far a clock in trouble goes wrong, milliseconds. */
export interface ClockReach {
  /** The longest jump of a reading. Default one hour. */
  readonly jump?: number
  /** The longest a timer is late. Default ten seconds. */
  readonly late?: number
}

/**
 * A clock in trouble: readings jump (`corrupt`), timers come late (`delay`) or never (`drop`). `now` jumps forward
 * only, as after a machine has slept; `wall` both ways, as when somebody sets it. Everything else of the clock is as
 * it was, `advance` of a fake one among it.
 *
 * @throws RangeError for rates that are none
 * @example const clock = chaosClock(fakeClock(), chaosBySeed(1), { corrupt: 0.01, delay: 0.1 })
 */
export function chaosClock<C extends Clock>(
  clock: C,
  chaos: Chaos,
  trouble: Pick<Trouble, 'corrupt' | 'delay' | 'drop'>,
  reach: ClockReach = {},
): C {
  const { corrupt = 0, delay = 0, drop = 0 } = checkedTrouble(trouble)
  const { jump = 3_600_000, late = 10_000 } = reach
  let ahead = 0
  let astray = 0
  const methods: Clock = {
    now() {
      if (chaos.next({ corrupt }) !== undefined) ahead += chaos.random.next() * jump
      return clock.now() + ahead
    },
    wall() {
      if (chaos.next({ corrupt }) !== undefined) astray = Math.floor((chaos.random.next() * 2 - 1) * jump)
      return clock.wall() + astray
    },
    schedule(ms, task) {
      const kind = chaos.next({ delay, drop })
      if (kind === 'drop') return () => {}
      return clock.schedule(kind === 'delay' ? ms + chaos.random.next() * late : ms, task)
    },
  }
  return new Proxy(clock, {
    get: (target, name) =>
      Object.hasOwn(methods, name) ? methods[name as keyof Clock] : Reflect.get(target, name, target),
  })
}
