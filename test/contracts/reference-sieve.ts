import type { Slot, Strategy, StrategyFactory } from '../../src/domain/index.ts'

interface Node {
  readonly slot: Slot
  visited: boolean
}

/**
 * SIEVE as in the paper: a list with the oldest first and a hand that is an entry of it. The newcomer waits outside
 * until the next one comes, since the paper evicts before it inserts.
 */
export const referenceSieve: StrategyFactory = {
  name: 'reference-sieve',
  create: (): Strategy => {
    let list: Node[] = []
    let newcomer: Node | null = null
    let hand: Node | null = null
    const visit = (slot: Slot) => {
      for (const node of [...list, newcomer]) if (node?.slot === slot) node.visited = true
    }
    return {
      name: 'reference-sieve',
      fingerprints: false,
      grow() {},
      insert(slot) {
        if (newcomer !== null) list.push(newcomer)
        newcomer = { slot, visited: false }
      },
      touch: visit,
      renew: visit,
      remove(slot) {
        if (newcomer?.slot === slot) newcomer = null
        if (hand?.slot === slot) hand = list[list.indexOf(hand) + 1] ?? null
        list = list.filter((node) => node.slot !== slot)
      },
      victim() {
        if (list.length === 0) return newcomer?.slot ?? 0
        hand ??= list[0] as Node
        while (hand.visited) {
          hand.visited = false
          hand = list[list.indexOf(hand) + 1] ?? (list[0] as Node)
        }
        return hand.slot
      },
    }
  },
}
