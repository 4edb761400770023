import type { Slot, Strategy, StrategyFactory } from '../../src/domain/index.ts'

interface Node {
  readonly slot: Slot
  readonly print: number
}

/**
 * ARC from four arrays, the least recently used first; T1, T2, B1, B2 and p are the paper's names. The newcomer waits
 * outside until the next one comes or it is used, since the paper evicts before it inserts.
 */
export const referenceArc: StrategyFactory = {
  name: 'reference-arc',
  create: (): Strategy => {
    let t1: Node[] = []
    let t2: Node[] = []
    let b1: number[] = []
    let b2: number[] = []
    let p = 0
    let newest: Slot = 0
    let fromB2 = false

    const replace = (t1Size: number, t2Size: number): Slot => {
      if (t2Size === 0 || (t1Size >= 1 && (t1Size > p || (fromB2 && t1Size === p)))) {
        const { slot, print } = t1[0] as Node
        b1 = [...b1.filter((other) => other !== print), print]
        return slot
      }
      const { slot, print } = t2[0] as Node
      b2 = [...b2.filter((other) => other !== print), print]
      return slot
    }

    const use = (slot: Slot) => {
      const node = [...t1, ...t2].find((other) => other.slot === slot) as Node
      t1 = t1.filter((other) => other !== node)
      t2 = [...t2.filter((other) => other !== node), node]
    }

    return {
      name: 'reference-arc',
      fingerprints: true,
      grow() {},
      insert(slot, print) {
        const c = t1.length + t2.length
        fromB2 = false
        if (b1.includes(print)) {
          p = Math.min(c, p + Math.max(1, b2.length / b1.length))
          b1 = b1.filter((other) => other !== print)
          t2.push({ slot, print })
        } else if (b2.includes(print)) {
          p = Math.max(0, p - Math.max(1, b1.length / b2.length))
          b2 = b2.filter((other) => other !== print)
          t2.push({ slot, print })
          fromB2 = true
        } else {
          t1.push({ slot, print })
        }
        newest = slot
      },
      touch: use,
      renew: use,
      remove(slot) {
        t1 = t1.filter((other) => other.slot !== slot)
        t2 = t2.filter((other) => other.slot !== slot)
        if (slot === newest) newest = 0
      },
      victim() {
        const held = t1.length + t2.length
        if (held <= 1) return (t1[0] ?? t2[0])?.slot ?? 0
        const c = held - 1
        while (b1.length > 0 && t1.length + b1.length > c) b1.shift()
        if (t1.length > c) return (t1[0] as Node).slot
        while (b2.length > 0 && held + b1.length + b2.length > 2 * c) b2.shift()
        const without = (nodes: readonly Node[]) => nodes.filter(({ slot }) => slot !== newest).length
        return replace(without(t1), without(t2))
      },
    }
  },
}
