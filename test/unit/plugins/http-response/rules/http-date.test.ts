import { expect } from 'chai'
import fc from 'fast-check'
import { formatHttpDate, parseHttpDate } from '../../../../../plugins/http-response/rules/index.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const YEAR_9999 = Date.UTC(9999, 11, 31, 23, 59, 59)
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

const rfc850 = (ms: number): string => {
  const [, day, month, year, time] = formatHttpDate(ms).split(' ')
  return `${DAYS[new Date(ms).getUTCDay()]}, ${day}-${month}-${year?.slice(2)} ${time} GMT`
}
const asctime = (ms: number): string => {
  const [weekday, day, month, year, time] = formatHttpDate(ms).split(' ')
  return `${weekday?.slice(0, 3)} ${month} ${day?.replace(/^0/, ' ')} ${time} ${year}`
}

describe('HTTP-date', () => {
  it('reads the three formats of RFC 9110, 5.6.7 as the same instant', () => {
    for (const text of [
      'Sun, 06 Nov 1994 08:49:37 GMT',
      'Sunday, 06-Nov-94 08:49:37 GMT',
      'Sun Nov  6 08:49:37 1994',
    ]) {
      expect(parseHttpDate(text, NOW), text).to.equal(784_111_777_000)
    }
  })

  it('reads back every second that it writes, from the year 0 to 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_167_219_200, max: YEAR_9999 / 1000 }), (seconds) => {
        expect(parseHttpDate(formatHttpDate(seconds * 1000), NOW)).to.equal(seconds * 1000)
      }),
    )
  })

  it('reads the obsolete formats back as well', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1977, 0) / 1000, max: Date.UTC(2076, 0) / 1000 }), (seconds) => {
        expect(parseHttpDate(rfc850(seconds * 1000), NOW)).to.equal(seconds * 1000)
        expect(parseHttpDate(asctime(seconds * 1000), NOW)).to.equal(seconds * 1000)
      }),
    )
  })

  it('takes a two-digit year more than fifty years ahead for a past one', () => {
    expect(parseHttpDate('Thursday, 18-Aug-50 02:01:18 GMT', NOW)).to.equal(Date.UTC(2050, 7, 18, 2, 1, 18))
    expect(parseHttpDate('Sunday, 06-Nov-77 08:49:37 GMT', NOW)).to.equal(Date.UTC(1977, 10, 6, 8, 49, 37))
    expect(parseHttpDate('Sunday, 22-Nov-76 11:00:00 GMT', NOW)).to.equal(Date.UTC(2076, 10, 22, 11))
    expect(parseHttpDate('Sunday, 22-Nov-76 13:00:00 GMT', NOW)).to.equal(Date.UTC(1976, 10, 22, 13))
  })

  it('ignores the case of letters, as RFC 9111, 4.2 asks of caches', () => {
    for (const text of ['THU, 18 Aug 2050 02:01:18 GMT', 'Thu, 18 AUG 2050 02:01:18 gMT']) {
      expect(parseHttpDate(text, NOW), text).to.equal(Date.UTC(2050, 7, 18, 2, 1, 18))
    }
  })

  for (const [what, text] of [
    ['zero', '0'],
    ['nothing', ''],
    ['another zone', 'Thu, 18 Aug 2050 02:01:18 UTC'],
    ['a numeric zone', 'Thu, 18 Aug 2050 02:01:18 +0000'],
    ['a local zone', 'Thu, 18 Aug 2050 02:01:18 AEST'],
    ['a missing comma', 'Thu 18 Aug 2050 02:01:18 GMT'],
    ['several spaces', 'Thu, 18  Aug  2050 02:01:18 GMT'],
    ['dashes in the fixed format', 'Thu, 18-Aug-2050 02:01:18 GMT'],
    ['a two-digit year in the fixed format', 'Thu, 18 Aug 50 02:01:18 GMT'],
    ['periods in the time', 'Thu, 18 Aug 2050 02.01.18 GMT'],
    ['a one-digit hour', 'Thu, 18 Aug 2050 2:01:18 GMT'],
    ['a one-digit day', 'Thu, 8 Aug 2050 02:01:18 GMT'],
    ['a day that the month does not have', 'Thu, 31 Jun 2050 02:01:18 GMT'],
    ['the 29th of February of a common year', 'Sun, 29 Feb 2026 02:01:18 GMT'],
    ['the 0th day', 'Thu, 00 Aug 2050 02:01:18 GMT'],
    ['the 25th hour', 'Thu, 18 Aug 2050 24:01:18 GMT'],
    ['a weekday that is none', 'Xyz, 18 Aug 2050 02:01:18 GMT'],
    ['two dates', 'Thu, 18 Aug 2050 02:01:18 GMT, Thu, 18 Aug 2050 02:01:18 GMT'],
    ['space around it', ' Thu, 18 Aug 2050 02:01:18 GMT'],
    ['ISO 8601', '2050-08-18T02:01:18Z'],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(parseHttpDate(text, NOW)).to.equal(undefined)
    })
  }

  it('reads no other text of the same shape: what it accepts is one of the three formats', () => {
    const character = fc.constantFrom(...'0129 ,-:AugGMTThu')
    fc.assert(
      fc.property(fc.nat(28), character, fc.boolean(), (at, inserted, replace) => {
        const valid = 'Thu, 18 Aug 2050 02:01:18 GMT'
        const text = valid.slice(0, at) + inserted + valid.slice(replace ? at + 1 : at)
        const time = parseHttpDate(text, NOW)
        if (time !== undefined)
          expect(formatHttpDate(time).slice(4).toLowerCase()).to.equal(text.slice(4).toLowerCase())
      }),
      { numRuns: 500 },
    )
  })
})
