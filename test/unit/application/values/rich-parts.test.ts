import { isDeepStrictEqual } from 'node:util'
import { expect } from 'chai'
import { copyOf, intake } from '../../../../src/application/values/index.ts'
import { afterVandals, refusal } from './keeping.ts'

describe('fields beside what a built-in holds', () => {
  for (const policy of ['auto', 'freeze'] as const) {
    it(`are kept of the match of a regular expression under ${policy}`, () => {
      const match = () => ({ found: /(?<year>\d+)-(\d+)?/d.exec('in 2024-') })
      for (const got of afterVandals(match(), policy)) {
        const { found } = got as ReturnType<typeof match>
        expect(isDeepStrictEqual(found, match().found)).to.equal(true)
        expect(found?.groups?.year).to.equal('2024')
        expect(found?.indices?.groups?.year).to.deep.equal([3, 7])
      }
    })

    it(`are kept of errors under ${policy}, with their cause, each part a copy of its own`, () => {
      const cause = Object.assign(new Error('no route'), { code: 'ENETUNREACH' })
      const error = Object.assign(new Error('down', { cause }), { status: 503, headers: { age: 1 } })
      const { value, copy } = intake({ error, again: error }, policy)
      const [first, second] = [copyOf(value, copy), copyOf(value, copy)] as {
        error: typeof error
        again: Error
      }[]
      expect(first?.error).to.include({ message: 'down', status: 503, stack: error.stack })
      expect(Object.keys(first?.error ?? {})).to.deep.equal(['status', 'headers'])
      expect(first?.error.cause).to.be.instanceOf(Error).and.include({ code: 'ENETUNREACH' })
      expect(first?.again).to.equal(first?.error)
      expect(first?.error.headers).to.deep.equal({ age: 1 })
      expect(first?.error.headers).to.not.equal(second?.error.headers)
      expect(first?.error.cause).to.not.equal(second?.error.cause)
    })
  }

  it('are looked at: an instance of a class in them is refused as anywhere else', () => {
    class Secret {}
    const match = Object.assign(/a/.exec('a') as object, { secret: new Secret() })
    for (const value of [
      new Error('x', { cause: new Secret() }),
      Object.assign(new Error('x'), { secret: new Secret() }),
      match,
    ]) {
      expect(refusal([value])).to.match(/^HITHERTO_VALUE_UNSAFE: .*an instance of Secret/)
    }
  })

  const KINDS = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]
  for (const Kind of KINDS) {
    it(`are kept of a ${Kind.name}, which stays one, at the top, as a cause and in a list of results`, () => {
      const reason = Object.assign(new Kind('y'), { code: 5 })
      const value = [reason, new Error('x', { cause: reason }), { status: 'rejected', reason }]
      for (const got of afterVandals(value, 'auto')) {
        const [first, second, third] = got as [Error, Error, { reason: unknown }]
        expect(first).to.be.instanceOf(Kind).and.include({ message: 'y', code: 5, name: Kind.name })
        expect(Object.getPrototypeOf(first)).to.equal(Kind.prototype)
        expect([second.cause, third.reason]).to.deep.equal([first, first])
      }
    })
  }

  it('are left out of an error where they are functions', () => {
    const error = Object.assign(new Error('x'), { code: 5, toJSON: () => 'x', format() {} })
    const { value, copy } = intake(error, 'auto')
    const got = copyOf(value, copy) as Error
    expect(Object.keys(got)).to.deep.equal(['code'])
    expect(Object.hasOwn(error, 'toJSON')).to.equal(true)
  })

  it('share no stack that is no text, as Error.prepareStackTrace may make it', () => {
    const frames = [{ line: 1, toString: () => 'at line 1' }]
    const error = Object.defineProperty(new Error('x'), 'stack', { value: frames })
    const { value, copy } = intake(error, 'auto')
    expect((copyOf(value, copy) as Error).stack).to.equal('at line 1')
  })

  it('are kept of a match from which an element was taken', () => {
    const match = /(a)(?<b>b)/.exec('ab') as RegExpExecArray
    delete (match as unknown[])[1]
    const { value, copy } = intake(match, 'auto')
    const got = copyOf(value, copy) as RegExpExecArray
    expect([...got]).to.deep.equal(['ab', undefined, 'b'])
    expect([got.index, got.input, got.groups?.b]).to.deep.equal([0, 'ab', 'b'])
  })

  it('may lead back to the error', () => {
    const error: Error & { self?: Error } = new Error('x')
    error.self = error
    const { value, copy } = intake(error, 'auto')
    const got = copyOf(value, copy) as typeof error
    expect(got.self).to.equal(got).and.not.equal(error)
  })
})
