import { expect } from 'chai'
import fc from 'fast-check'
import { parseByteSize } from '../../../src/domain/index.ts'

describe('parseByteSize', () => {
  it('takes whole bytes as they are and drops parts of a byte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), (bytes) => {
        expect(parseByteSize(bytes)).to.equal(bytes)
      }),
    )
    expect(parseByteSize(10.9)).to.equal(10)
  })

  it('takes a number with a unit of 1024, in any case', () => {
    expect(parseByteSize('7b')).to.equal(7)
    expect(parseByteSize('512kb')).to.equal(524_288)
    expect(parseByteSize('64 MB')).to.equal(67_108_864)
    expect(parseByteSize('1.5Gb')).to.equal(1_610_612_736)
    expect(parseByteSize('0.25kb')).to.equal(256)
    expect(parseByteSize('0.123456gb')).to.equal(Math.floor(0.123456 * 1024 ** 3))
  })

  it('refuses nothing, less than nothing, and everything', () => {
    for (const value of [0, 0.5, -1, Number.NaN, Number.POSITIVE_INFINITY, '0mb', '0.1b']) {
      expect(parseByteSize(value), String(value)).to.equal(undefined)
    }
  })

  it('refuses what would read like a size as text', () => {
    for (const value of [['5mb'], { toString: () => '5mb' }, Object('5mb'), null, undefined, true]) {
      expect(parseByteSize(value)).to.equal(undefined)
    }
  })

  it('refuses what is not clearly a size', () => {
    const nonsense = [
      '',
      '64',
      '64m',
      '64 megabytes',
      '-1mb',
      '1tb',
      '1e3kb',
      'mb',
      ' 1mb',
      '1mb ',
      null,
      undefined,
      {},
      5n,
    ]
    for (const value of nonsense) expect(parseByteSize(value), String(value)).to.equal(undefined)
  })
})
