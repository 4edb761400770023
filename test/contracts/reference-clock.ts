import type { Slot, Strategy, StrategyFactory } from '../../src/domain/index.ts'

/**
 * CLOCK as a queue with a second chance: the hand is the front, and who is spared goes to the back. The newcomer waits
 * outside until the next one comes, since a clock evicts before it inserts.
 */
export const referenceClock: StrategyFactory = {
  name: 'reference-clock',
  create: (): Strategy => {
    let queue: Slot[] = []
    let newcomer: Slot = 0
    const marked = new Set<Slot>()
    return {
      name: 'reference-clock',
      fingerprints: false,
      grow() {},
      insert(slot) {
        if (newcomer !== 0) queue.push(newcomer)
        newcomer = slot
      },
      touch: (slot) => void marked.add(slot),
      renew: (slot) => void marked.add(slot),
      remove(slot) {
        queue = queue.filter((other) => other !== slot)
        marked.delete(slot)
        if (slot === newcomer) newcomer = 0
      },
      victim() {
        while (marked.delete(queue[0] ?? 0)) queue.push(queue.shift() as Slot)
        return queue[0] ?? newcomer
      },
    }
  },
}
