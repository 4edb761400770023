import type { Slot, Strategy, StrategyContext, StrategyFactory } from '../../src/domain/index.ts'

/**
 * Strategies as one would first write them down: arrays, linear scans, nothing clever. They say what the fast ones
 * must do, and stand in for a strategy where a suite needs any.
 */
interface Rules {
  readonly name: string
  /** Whether a hit, or a new value, makes an entry the newest. */
  readonly moves: boolean
  victim(slots: readonly Slot[], context: StrategyContext): Slot
}

function reference(rules: Rules): StrategyFactory {
  return {
    name: rules.name,
    create: (context): Strategy => {
      const slots: Slot[] = []
      const remove = (slot: Slot) => {
        const at = slots.indexOf(slot)
        if (at >= 0) slots.splice(at, 1)
      }
      const used = (slot: Slot) => {
        if (!rules.moves) return
        remove(slot)
        slots.push(slot)
      }
      return {
        name: rules.name,
        fingerprints: false,
        grow() {},
        insert: (slot) => void slots.push(slot),
        touch: used,
        renew: used,
        remove,
        victim: () => (slots.length === 0 ? 0 : rules.victim(slots, context)),
      }
    },
  }
}

const oldest = (slots: readonly Slot[]): Slot => slots[0] as Slot

/** Least recently used: hits and new values make an entry the newest. */
export const referenceLru: StrategyFactory = reference({ name: 'reference-lru', moves: true, victim: oldest })

/** First in, first out. */
export const referenceFifo: StrategyFactory = reference({
  name: 'reference-fifo',
  moves: false,
  victim: oldest,
})

/** Who expires soonest leaves first; who of equals is not said. */
export const referenceTtl: StrategyFactory = reference({
  name: 'reference-ttl',
  moves: false,
  victim: (slots, { deadline }) =>
    slots.reduce((best, slot) => (deadline(slot) < deadline(best) ? slot : best)),
})
