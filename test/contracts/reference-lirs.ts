import type { Slot, Strategy, StrategyFactory } from '../../src/domain/index.ts'

interface Block {
  readonly print: number
  /** 0 for a block that is not resident. */
  slot: Slot
  low: boolean
}

/**
 * LIRS as in the paper: one stack of all blocks by recency, pruned below the last low one, and a queue of the resident
 * high ones. Ghosts are not bounded.
 */
export const referenceLirs: StrategyFactory = {
  name: 'reference-lirs',
  create: (): Strategy => {
    /** The top is at the end. */
    let stack: Block[] = []
    let queue: Block[] = []
    const blocks = new Map<Slot, Block>()
    let named: Slot = 0

    const lows = () => [...blocks.values()].filter((block) => block.low).length
    const mostLow = () => Math.max(0, blocks.size - Math.max(1, Math.round(0.01 * blocks.size)))
    const prune = () => {
      const bottom = stack.findIndex((block) => block.low)
      stack = bottom < 0 ? [] : stack.slice(bottom)
    }
    const without = (list: Block[], block: Block) => list.filter((other) => other !== block)
    const use = (block: Block, limit: number) => {
      stack = [...without(stack, block), block]
      queue = without(queue, block)
      if (!block.low) queue.push(block)
      prune()
      while (block.low && lows() > limit) {
        const last = stack.shift() as Block
        last.low = false
        queue.push(last)
        prune()
      }
    }
    const touch = (slot: Slot) => {
      const block = blocks.get(slot) as Block
      block.low ||= stack.includes(block)
      use(block, mostLow())
    }
    return {
      name: 'reference-lirs',
      fingerprints: true,
      grow() {},
      insert(slot, print) {
        const limit = mostLow()
        const block = { print, slot, low: lows() < limit }
        if (!block.low) {
          const ghost = stack.find((other) => other.slot === 0 && other.print === print)
          if (ghost !== undefined) stack = without(stack, ghost)
          block.low = ghost !== undefined
        }
        blocks.set(slot, block)
        use(block, limit)
      },
      touch,
      renew: touch,
      remove(slot) {
        const block = blocks.get(slot) as Block
        blocks.delete(slot)
        queue = without(queue, block)
        if (named === slot && stack.includes(block) && !block.low) {
          stack = stack.filter((other) => other.slot !== 0 || other.print !== block.print)
          block.slot = 0
        } else {
          stack = without(stack, block)
        }
        prune()
        named = 0
      },
      victim() {
        named = (queue[0] ?? stack[0])?.slot ?? 0
        return named
      },
    }
  },
}
