import { expect } from 'chai'
import fc from 'fast-check'
import {
  ageField,
  ageValue,
  apparentAge,
  correctedInitialAge,
  currentAge,
  formatHttpDate,
} from '../../../../../plugins/http-response/rules/index.ts'

const NOW = Date.UTC(2026, 10, 22, 12)

describe('Age', () => {
  it('is 0 when absent, and the seconds it names', () => {
    expect(ageValue({})).to.equal(0)
    expect(ageValue({ age: '30' })).to.equal(30)
    expect(ageValue({ age: 30 })).to.equal(30)
    expect(ageValue({ age: '007' })).to.equal(7)
    expect(ageValue({ age: '99999999999999999999' })).to.equal(2 ** 31)
  })

  for (const age of ['abc', '', '-7200', '7200.0', '7200;foo=bar', '0x10', '1e3', ',7200']) {
    it(`is as good as absent when it is ${JSON.stringify(age)}`, () => {
      expect(ageValue({ age })).to.equal(0)
    })
  }

  it('is the first of several values, in one line or more', () => {
    expect(ageValue({ age: '7200,0' })).to.equal(7200)
    expect(ageValue({ age: '0 , 7200' })).to.equal(0)
    expect(ageValue({ age: ['3600', 'x'] })).to.equal(3600)
    expect(ageValue({ age: ['x', '3600'] })).to.equal(0)
  })
})

describe('current age (RFC 9111, 4.2.3)', () => {
  const date = (ms: number) => ({ date: formatHttpDate(ms) })

  it('apparent age is the time since Date, never negative, and 0 without a usable Date', () => {
    expect(apparentAge(date(NOW - 7_200_000), NOW)).to.equal(7_200_000)
    expect(apparentAge(date(NOW + 7_200_000), NOW)).to.equal(0)
    expect(apparentAge({}, NOW)).to.equal(0)
    expect(apparentAge({ date: 'foo' }, NOW)).to.equal(0)
    expect(apparentAge({ date: [formatHttpDate(0), formatHttpDate(0)] }, NOW)).to.equal(0)
  })

  it('the seconds that Date cuts off do not age a response', () => {
    expect(apparentAge(date(NOW), NOW + 999)).to.equal(0)
    expect(apparentAge(date(NOW), NOW + 1_000)).to.equal(1_000)
  })

  it('the initial age is the greater of apparent age and Age plus the response delay', () => {
    const times = { requestTime: NOW - 500, responseTime: NOW }
    expect(correctedInitialAge({ ...date(NOW), age: '30' }, times)).to.equal(30_500)
    expect(correctedInitialAge({ ...date(NOW - 60_000), age: '30' }, times)).to.equal(60_000)
    expect(correctedInitialAge({}, times)).to.equal(500)
  })

  it('grows with the time in the cache, and not backwards with the clock', () => {
    expect(currentAge(1_000, NOW, NOW + 2_500)).to.equal(3_500)
    expect(currentAge(1_000, NOW, NOW - 60_000)).to.equal(1_000)
  })

  it('never falls below what the response or the clock says', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.nat(10_000),
        fc.nat(100_000),
        fc.integer({ min: -50_000, max: 50_000 }),
        (age, delay, passed, skew) => {
          const times = { requestTime: NOW - delay, responseTime: NOW }
          const initial = correctedInitialAge({ age: String(age), ...date(NOW + skew) }, times)
          const current = currentAge(initial, NOW, NOW + passed)
          expect(current).to.be.at.least(age * 1000 + delay + passed)
          expect(current).to.be.at.least(passed)
        },
      ),
    )
  })

  it('is sent in whole seconds', () => {
    expect(ageField(3_999)).to.equal('3')
    expect(ageField(0)).to.equal('0')
  })
})
