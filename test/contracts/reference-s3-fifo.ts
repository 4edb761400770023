import { GhostTable, type Slot, type Strategy, type StrategyFactory } from '../../src/domain/index.ts'

interface Node {
  readonly slot: Slot
  readonly print: number
  weight: number
  freq: number
}

const total = (nodes: readonly Node[]) => nodes.reduce((sum, { weight }) => sum + weight, 0)
const powerOfTwo = (weight: number) => 2 ** Math.floor(Math.log2(Math.max(1, weight)))

/**
 * S3-FIFO from two arrays, the oldest first; S, M and G are the paper's names. G is the real table of ghosts, which has
 * tests of its own. The newcomer waits outside until the next one comes, since the paper evicts before it inserts.
 */
export const referenceS3Fifo: StrategyFactory = {
  name: 'reference-s3-fifo',
  create: ({ maxEntries }): Strategy => {
    let s: Node[] = []
    let m: Node[] = []
    const g = new GhostTable(0)
    let newcomer: { node: Node; toMain: boolean } | null = null
    const held = (slot: Slot) => [...s, ...m, newcomer?.node].find((node) => node?.slot === slot) as Node
    const smallIsFull = () => {
      if (m.length === 0 || s.length === 0) return m.length === 0
      if (s.length + m.length >= maxEntries) return s.length >= Math.floor(0.1 * maxEntries)
      return total(s) >= 0.1 * (total(s) + total(m))
    }
    const evictS = (): Slot => {
      const node = s[0] as Node
      if (node.freq > 1) {
        s.shift()
        m.push(node)
        node.freq = 0
        return 0
      }
      g.resize(Math.ceil((s.length + m.length) * 0.9))
      g.add(node.print)
      return node.slot
    }
    const evictM = (): Slot => {
      const node = m[0] as Node
      if (node.freq === 0) return node.slot
      m.push(m.shift() as Node)
      node.freq -= 1
      return 0
    }
    return {
      name: 'reference-s3-fifo',
      fingerprints: true,
      grow() {},
      insert(slot, print, weight) {
        if (newcomer !== null) (newcomer.toMain ? m : s).push(newcomer.node)
        newcomer = { node: { slot, print, weight: powerOfTwo(weight), freq: 0 }, toMain: g.remove(print) }
      },
      touch(slot) {
        held(slot).freq = Math.min(3, held(slot).freq + 1)
      },
      renew(slot, weight) {
        held(slot).freq = Math.min(3, held(slot).freq + 1)
        held(slot).weight = powerOfTwo(weight)
      },
      remove(slot) {
        s = s.filter((node) => node.slot !== slot)
        m = m.filter((node) => node.slot !== slot)
        if (newcomer?.node.slot === slot) newcomer = null
      },
      victim() {
        if (s.length + m.length === 0) return newcomer?.node.slot ?? 0
        let victim: Slot = 0
        while (victim === 0) victim = smallIsFull() ? evictS() : evictM()
        return victim
      },
    }
  },
}
