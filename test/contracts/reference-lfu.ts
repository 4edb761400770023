import type { Slot, Strategy, StrategyFactory } from '../../src/domain/index.ts'

interface Ranked {
  uses: number
  rank: number
  used: number
}

/** LFU with dynamic ageing, with ranks as plain numbers and a search for the lowest. */
export const referenceLfu: StrategyFactory = {
  name: 'reference-lfu',
  create: (): Strategy => {
    const entries = new Map<Slot, Ranked>()
    let age = 0
    let now = 0
    const use = (slot: Slot) => {
      const uses = Math.min(15, (entries.get(slot)?.uses ?? 0) + 1)
      now += 1
      entries.set(slot, { uses, rank: age + uses, used: now })
    }
    return {
      name: 'reference-lfu',
      fingerprints: false,
      grow() {},
      insert: use,
      touch: use,
      renew: use,
      remove: (slot) => void entries.delete(slot),
      victim() {
        const order = [...entries].sort(([, a], [, b]) => a.rank - b.rank || a.used - b.used)
        const lowest = order[0]
        if (lowest === undefined) return 0
        age = lowest[1].rank
        return lowest[0]
      },
    }
  },
}
