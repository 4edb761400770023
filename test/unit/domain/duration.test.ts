import { expect } from 'chai'
import fc from 'fast-check'
import { cacheTtl, parseDuration } from '../../../src/domain/index.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 }

describe('parseDuration', () => {
  it('takes any number of milliseconds from 0 to Infinity as it is', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true }), (ms) => {
        expect(parseDuration(ms)).to.equal(ms)
      }),
    )
  })

  it('takes a whole number with each unit', () => {
    const unit = fc.constantFrom(...Object.keys(UNITS))
    const property = fc.property(fc.nat(), unit, fc.constantFrom('', ' ', '  '), (count, name, gap) => {
      expect(parseDuration(`${count}${gap}${name}`)).to.equal(count * (UNITS[name] ?? 0))
    })
    fc.assert(property)
  })

  it('takes a part of a unit', () => {
    expect(parseDuration('1.5h')).to.equal(5_400_000)
    expect(parseDuration('0.25s')).to.equal(250)
  })

  it('refuses what is not clearly a duration', () => {
    const nonsense = [
      '',
      ' ',
      '5',
      '5 minutes',
      '-5m',
      '+5m',
      '5M',
      '5m ',
      ' 5m',
      '1e3s',
      '.5s',
      '5.s',
      '1h30m',
      'm',
      '٣s',
    ]
    for (const text of nonsense) expect(parseDuration(text), JSON.stringify(text)).to.equal(undefined)
  })

  it('refuses negative numbers, NaN and every other type', () => {
    for (const value of [
      -1,
      -1e-9,
      Number.NaN,
      null,
      undefined,
      true,
      5n,
      [],
      ['5m'],
      {},
      new Date(),
      () => 5,
    ]) {
      expect(parseDuration(value)).to.equal(undefined)
    }
  })

  it('answers any string at once: no text makes it slow', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5_000 }), (text) => {
        const ms = parseDuration(text)
        expect(ms === undefined || ms >= 0).to.equal(true)
      }),
    )
    expect(parseDuration(`${'9'.repeat(1e6)}s`)).to.equal(undefined)
  })
})

describe('cacheTtl', () => {
  it('is the milliseconds of a good duration', () => {
    expect(cacheTtl('5m', 'ttl')).to.equal(300_000)
    expect(cacheTtl(0, 'ttl')).to.equal(0)
    expect(cacheTtl(Number.POSITIVE_INFINITY, 'ttl')).to.equal(Number.POSITIVE_INFINITY)
  })

  it('throws an error that names the option, the fix and what it got', () => {
    const wrong: readonly (readonly [unknown, string])[] = [
      [-1, '-1'],
      ['soon', 'the string "soon"'],
      [Number.NaN, 'NaN'],
      [undefined, 'undefined'],
    ]
    for (const [value, got] of wrong) {
      expect(() => cacheTtl(value, 'staleIfError'))
        .to.throw(
          `staleIfError: expected milliseconds (0 or more) or a string such as '30s', '5m', '1h', got ${got}.`,
        )
        .with.property('code', 'HITHERTO_OPTION_INVALID')
    }
  })
})
