import { runInNewContext, runInThisContext } from 'node:vm'
import { expect } from 'chai'
import fc from 'fast-check'
import { estimateBytes, textBytes } from '../../../../src/application/values/index.ts'

describe('estimateBytes', () => {
  it('is a whole number, 0 or more, for anything', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
    })
    const property = fc.property(anything, (value) => {
      const bytes = estimateBytes(value)
      expect(Number.isSafeInteger(bytes) && bytes >= 0).to.equal(true)
    })
    fc.assert(property)
  })

  it('is exact for bytes', () => {
    for (const size of [0, 1, 1_000, 1e6]) {
      expect(estimateBytes(new Uint8Array(size)) - size).to.equal(96)
      expect(estimateBytes(Buffer.alloc(size)) - size).to.equal(96)
      expect(estimateBytes(new ArrayBuffer(size)) - size).to.equal(96)
      expect(estimateBytes(new DataView(new ArrayBuffer(size))) - size).to.equal(96)
    }
  })

  it('counts all the memory that a small view keeps alive, but not the pool of small Buffers', () => {
    expect(estimateBytes(new Uint8Array(1e6).subarray(0, 10))).to.be.at.least(1e6)
    expect(estimateBytes(Buffer.alloc(1e6).subarray(0, 10))).to.be.at.least(1e6)
    expect(estimateBytes(Buffer.from('small'))).to.equal(101)
  })

  it('follows the length of text, with two bytes a character outside of Latin', () => {
    expect(textBytes('a'.repeat(1_000))).to.be.within(1_000, 1_100)
    expect(textBytes('\u4f60'.repeat(1_000))).to.be.within(2_000, 2_100)
    expect(estimateBytes('x')).to.be.lessThan(estimateBytes('x'.repeat(100)))
  })

  it('grows with every field and element', () => {
    const record = fc.dictionary(
      fc.string({ minLength: 1 }),
      fc.oneof(fc.string(), fc.integer(), fc.boolean()),
      { maxKeys: 30 },
    )
    const property = fc.property(record, fc.array(fc.string(), { maxLength: 50 }), (fields, list) => {
      expect(estimateBytes({ ...fields, '': 'one more' })).to.be.above(estimateBytes(fields))
      expect(estimateBytes([...list, 'one more', fields])).to.be.above(estimateBytes(list))
      expect(estimateBytes([fields])).to.be.above(estimateBytes(fields))
      expect(estimateBytes(new Map([['k', fields]]))).to.be.above(estimateBytes(fields))
      expect(estimateBytes(new Set([fields]))).to.be.above(estimateBytes(fields))
    })
    fc.assert(property)
  })

  const collections: Readonly<Record<string, (count: number) => object>> = {
    'a list of texts': (count) => Array.from({ length: count }, (_, i) => `${i}${'x'.repeat(100)}`),
    'a list of records': (count) =>
      Array.from({ length: count }, (_, i) => ({ id: i, name: 'x'.repeat(90) })),
    'a dictionary': (count) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`key ${i}`, 'x'.repeat(100)])),
    'a Map': (count) => new Map(Array.from({ length: count }, (_, i) => [i, 'x'.repeat(100)])),
    'a Set': (count) => new Set(Array.from({ length: count }, (_, i) => `${i}${'x'.repeat(100)}`)),
    'a list of lists': (count) =>
      Array.from({ length: count / 10 }, () => Array.from({ length: 10 }, () => 'x'.repeat(100))),
  }
  for (const [name, make] of Object.entries(collections)) {
    it(`follows the size of ${name} far beyond what it looks at`, () => {
      for (const count of [100, 5_000, 100_000]) {
        expect(estimateBytes(make(count)) / (count * 100), String(count)).to.be.within(0.9, 2.5)
      }
    })
  }

  it('looks at a bounded number of parts, however many there are', () => {
    let looks = 0
    const watched = (target: object) =>
      new Proxy(target, {
        get: (from, name) => {
          looks += 1
          return Reflect.get(from, name)
        },
      })
    const wide = watched(Array.from({ length: 1e5 }, (_, i) => i))
    const nested = (depth: number): object =>
      watched(depth === 0 ? {} : Array.from({ length: 12 }, () => nested(depth - 1)))
    for (const value of [wide, nested(4)]) {
      looks = 0
      estimateBytes(value)
      expect(looks).to.be.within(1, 20_000)
    }
  })

  it('walks over no more than the first members of a Map or Set', () => {
    let walked = 0
    const count = <T>(members: Iterator<T>) => ({
      next: () => {
        walked += 1
        return members.next()
      },
      [Symbol.iterator]() {
        return this
      },
    })
    const map = new Map(Array.from({ length: 10_000 }, (_, i) => [i, i]))
    const set = new Set(map.keys())
    Object.assign(map, { entries: () => count(Map.prototype.entries.call(map)) })
    Object.assign(set, { values: () => count(Set.prototype.values.call(set)) })
    estimateBytes(map)
    estimateBytes(set)
    expect(walked).to.be.within(2, 300)
  })

  it('counts the text that the match of a regular expression keeps alive, once for all matches', () => {
    const text = 'x'.repeat(5e6)
    expect(estimateBytes(/x/.exec(text))).to.be.within(5e6, 5.1e6)
    expect(estimateBytes([...'xyz'].map(() => /x/.exec(text)))).to.be.within(5e6, 5.1e6)
    const part = 'y'.repeat(1e4)
    const found = /(?<part>y+)/d.exec(part)
    expect(estimateBytes(found)).to.be.above(3e4)
  })

  it('counts what an error carries: message, stack, cause and what was put on it', () => {
    const long = 'x'.repeat(1e4)
    const bare = Object.assign(new Error(long), { stack: long, body: long, cause: new Error(long) })
    expect(estimateBytes(bare)).to.be.within(4e4, 6e4)
    expect(estimateBytes(new Error('x', { cause: { long } }))).to.be.within(1e4, 2e4)
  })

  it('is the same for values of another realm', () => {
    for (const text of [
      'new ArrayBuffer(1e4)',
      'new Map([["a", "x".repeat(1e4)]])',
      'new Set(["x".repeat(1e4)])',
      '/x+/.exec("x".repeat(1e4))',
      'Object.assign(new TypeError("x".repeat(1e4)), { stack: "" })',
    ]) {
      const [own, foreign] = [runInThisContext(`(${text})`), runInNewContext(`(${text})`)]
      expect(estimateBytes(foreign), text).to.equal(estimateBytes(own)).and.be.above(1e4)
    }
  })

  it('counts a shared part once, and ends on cycles', () => {
    const part = { text: 'x'.repeat(10_000) }
    expect(estimateBytes([part, part, part])).to.be.lessThan(1.5 * estimateBytes(part))
    const cycle: unknown[] = [part]
    cycle.push(cycle)
    expect(estimateBytes(cycle)).to.be.lessThan(1.5 * estimateBytes(part))
  })

  it('goes deep without running out of stack', () => {
    let deep: object = {}
    for (let i = 0; i < 200_000; i++) deep = { deep }
    expect(estimateBytes(deep)).to.be.above(1_000)
  })
})
