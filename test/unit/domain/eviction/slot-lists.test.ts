import { expect } from 'chai'
import fc from 'fast-check'
import { SlotLists } from '../../../../src/domain/index.ts'

const LISTS = 3
const SLOTS = 12

/** Each list from both ends, and what lies beside each slot. */
function seen(lists: SlotLists, list: number) {
  const forwards: number[] = []
  for (let slot = lists.first(list); slot !== 0 && forwards.length <= SLOTS; slot = lists.after(slot)) {
    forwards.push(slot)
  }
  const backwards: number[] = []
  for (let slot = lists.last(list); slot !== 0 && backwards.length <= SLOTS; slot = lists.before(slot)) {
    backwards.push(slot)
  }
  return { forwards, backwards: backwards.reverse(), size: lists.size(list) }
}

/** The lists and, beside them, the same as arrays. */
class ArraysBeside {
  readonly lists = new SlotLists(LISTS, 4)
  readonly arrays: number[][] = Array.from({ length: LISTS }, () => [])
  #room = 4

  grow(slot: number): void {
    this.#room = Math.max(this.#room, slot + 1)
    this.lists.grow(this.#room)
  }

  remove(slot: number): void {
    const list = this.arrays.findIndex((slots) => slots.includes(slot))
    if (list < 0) return
    this.lists.remove(list, slot)
    this.#change(list, (slots) => slots.filter((other) => other !== slot))
  }

  add(list: number, slot: number, how: 'first' | 'last'): void {
    if (how === 'first') this.lists.addFirst(list, slot)
    else this.lists.addLast(list, slot)
    this.#change(list, (slots) => (how === 'first' ? [slot, ...slots] : [...slots, slot]))
  }

  #change(list: number, change: (slots: number[]) => number[]): void {
    this.arrays[list] = change(this.arrays[list] as number[])
  }
}

describe('SlotLists', () => {
  it('are as arrays, after any operations, as they grow', () => {
    const step = fc.record({
      slot: fc.integer({ min: 1, max: SLOTS }),
      list: fc.nat(LISTS - 1),
      how: fc.constantFrom('first', 'last', 'out'),
    })
    const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const both = new ArraysBeside()
      for (const { slot, list, how } of steps) {
        both.grow(slot)
        both.remove(slot)
        if (how !== 'out') both.add(list, slot, how)
        for (const [at, slots] of both.arrays.entries()) {
          expect(seen(both.lists, at)).to.deep.equal({
            forwards: slots,
            backwards: slots,
            size: slots.length,
          })
        }
      }
    })
    fc.assert(property)
  })

  it('have nothing before the first and after the last slot', () => {
    const lists = new SlotLists(2, 4)
    expect([lists.first(1), lists.last(1), lists.size(1)]).to.deep.equal([0, 0, 0])
    lists.addLast(1, 3)
    expect([lists.before(3), lists.after(3), lists.first(0)]).to.deep.equal([0, 0, 0])
  })

  it('keep what they hold when they are to grow to less', () => {
    const lists = new SlotLists(1, 4)
    lists.addLast(0, 3)
    lists.grow(2)
    expect([lists.first(0), lists.size(0)]).to.deep.equal([3, 1])
  })
})
