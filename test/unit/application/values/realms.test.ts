import { isDeepStrictEqual } from 'node:util'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { copyOf, intake } from '../../../../src/application/values/index.ts'

/** What another realm makes of the text of an expression: as Node's own values are under Jest. */
const foreign = (text: string): unknown => runInNewContext(`(${text})`, { Buffer })

describe('values of another realm', () => {
  const PLAIN = [
    '{ a: 1, b: { c: [1, 2, { d: "x" }] } }',
    '[1, [2, { a: null }]]',
    'new Map([["a", new Set([1, { b: 2 }])]])',
    'new Date(5)',
    '/x+/gi',
    'new Error("no")',
    '[new TypeError("no"), new RangeError("no")]',
    '{ bytes: new Uint8Array([1, 2, 3]), view: new DataView(new ArrayBuffer(2)), buffer: new ArrayBuffer(3) }',
    '[Object(1), Object("a"), Object(true)]',
    'JSON.parse(\'{ "__proto__": { "a": 1 } }\')',
  ]
  for (const text of PLAIN) {
    it(`are kept like those of this one: ${text}`, () => {
      const { value, copy } = intake(foreign(text), 'auto')
      const [first, second] = [copyOf(value, copy), copyOf(value, copy)]
      expect(isDeepStrictEqual(first, second)).to.equal(true)
      expect(first).to.not.equal(second)
    })
  }

  it('are handed out as values of this one, but for those that only structuredClone can copy', () => {
    const { value, copy } = intake(foreign('{ a: [new Map([[1, new Date(5)]])] }'), 'auto')
    expect(copyOf(value, copy)).to.deep.equal({ a: [new Map([[1, new Date(5)]])] })
    expect(isDeepStrictEqual(copyOf(value, copy), { a: [new Map([[1, new Date(5)]])] })).to.equal(true)
  })

  it('are frozen like those of this one, where that is asked for', () => {
    const given = foreign('{ a: [1] }') as { a: number[] }
    expect(intake(given, 'freeze')).to.deep.equal({ value: given, copy: 0 })
    expect([given, given.a].every((part) => Object.isFrozen(part))).to.equal(true)
  })

  it('are errors of the same kind of this one', () => {
    const { value, copy } = intake(foreign('new RangeError("no")'), 'auto')
    expect(copyOf(value, copy)).to.be.instanceOf(RangeError).with.property('message', 'no')
  })

  it('cannot be changed by who has given them', () => {
    const given = foreign('{ a: [1] }') as { a: number[] }
    const { value, copy } = intake(given, 'auto')
    given.a.push(2)
    expect(copyOf(value, copy)).to.deep.equal({ a: [1] })
  })

  for (const text of [
    'new (class User {})',
    'new (class List extends Array {})',
    'new (class Day extends Date {})',
    'new (class TypeError extends Error {})("no")',
    'new (class Failure extends TypeError {})("no")',
  ]) {
    it(`are refused where they are instances of classes: ${text}`, () => {
      expect(() => intake(foreign(text), 'auto'))
        .to.throw()
        .with.property('code', 'HITHERTO_VALUE_UNSAFE')
    })
  }
})
