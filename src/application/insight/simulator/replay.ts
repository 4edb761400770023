import { type Slot, StrategyError, type StrategyFactory } from '../../../domain/index.ts'
import type { Trace } from './trace.ts'

/** What a replay may be told. */
export interface ReplayOptions {
  /** Added to the fingerprints, as a store does; another salt is another run of the strategies that hash. Default 0. */
  readonly salt?: number
}

/**
 * How many accesses of a trace a strategy would have served from a cache of `capacity` entries. It plays the memory
 * store: a miss places the newcomer in the spare slot and then asks for a victim, which may be the newcomer.
 *
 * All entries weigh the same and never expire, so a strategy that ranks by lifetime is not shown at its best.
 *
 * Throws `HITHERTO_STRATEGY_BROKEN` when the strategy names a victim that is not held.
 */
export function replay(
  { keys, distinct }: Trace,
  factory: StrategyFactory,
  capacity: number,
  { salt = 0 }: ReplayOptions = {},
): number {
  // Room for more than there is would only cost memory.
  const entries = Math.min(capacity, Math.max(1, distinct))
  const slots = entries + 2
  const slotOf = new Uint32Array(distinct)
  const keyIn = new Uint32Array(slots)
  const strategy = factory.create({
    slots,
    maxEntries: entries,
    deadline: () => Number.POSITIVE_INFINITY,
    fingerprint: (slot) => fingerprintOf(keyIn[slot] as number, salt),
    weight: () => 1,
  })
  const free = Uint32Array.from({ length: entries + 1 }, (_, i) => i + 1)
  let freeSlots = free.length
  let hits = 0
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number
    const held = slotOf[key] as Slot
    if (held !== 0) {
      hits += 1
      strategy.touch(held)
      continue
    }
    freeSlots -= 1
    const slot = free[freeSlots] as Slot
    slotOf[key] = slot
    keyIn[slot] = key
    strategy.insert(slot, strategy.fingerprints ? fingerprintOf(key, salt) : 0, 1)
    if (freeSlots > 0) continue
    const victim = strategy.victim()
    if (victim < 1 || slotOf[keyIn[victim] as number] !== victim) {
      throw new StrategyError(factory.name, `it named slot ${victim} as victim, which holds no entry.`)
    }
    slotOf[keyIn[victim] as number] = 0
    strategy.remove(victim)
    free[freeSlots] = victim
    freeSlots += 1
  }
  return hits
}

/** 31 bits of a renumbered key, mixed as well as those of a real one (the finisher of MurmurHash3). */
function fingerprintOf(key: number, salt: number): number {
  let hash = Math.imul(key ^ salt ^ (key >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 1
}
