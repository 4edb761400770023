import { expect } from 'chai'
import { ChunkedList } from '../../../../../plugins/backends/memory/chunked-list.ts'

const CHUNK = 2 ** 17

describe('a list in chunks', () => {
  for (const first of [1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5]) {
    it(`of ${first} elements keeps each where it was while it grows`, () => {
      const list = new ChunkedList<number>(first)
      let length = first
      for (let at = 0; at < length; at++) list.set(at, at)
      for (const more of [1, 1_000, CHUNK - 7, CHUNK, 2 * CHUNK + 3]) {
        list.grow(length + more)
        for (let at = length; at < length + more; at++) list.set(at, at)
        length += more
        for (let at = 0; at < length; at += 101) expect(list.get(at)).to.equal(at)
        expect(list.get(length - 1)).to.equal(length - 1)
      }
    })
  }

  it('does not shrink when it is asked for less', () => {
    const list = new ChunkedList<string>(10)
    list.set(9, 'last')
    list.grow(5)
    expect(list.get(9)).to.equal('last')
  })
})
