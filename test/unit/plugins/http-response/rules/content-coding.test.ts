import { expect } from 'chai'
import fc from 'fast-check'
import {
  type ContentCoding,
  chosenCoding,
  codingChooser,
  forbidsTransforming,
  type HeaderFields,
  isCompressible,
  matchesAnyTag,
  negotiatedFields,
  variantFields,
} from '../../../../../plugins/http-response/rules/index.ts'

const ALL: readonly ContentCoding[] = ['zstd', 'br', 'gzip']

describe('the coding that Accept-Encoding chooses (RFC 9110, 12.5.3)', () => {
  const cases: [field: string | undefined, chosen: string][] = [
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['GZip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['gzip;q=1.0, br;q=0.9', 'gzip'],
    ['gzip;q=0.001', 'gzip'],
    ['gzip;q=0', 'identity'],
    ['gzip;q=0, br', 'br'],
    ['gzip;q=0, *', 'zstd'],
    ['zstd;q=0, br;q=0, *;q=0.5', 'gzip'],
    ['*', 'zstd'],
    ['*;q=0', 'identity'],
    ['identity', 'identity'],
    ['identity, gzip;q=0.5', 'identity'],
    ['identity;q=0.5, gzip;q=0.5', 'gzip'],
    ['identity;q=0.5, gzip;q=0.4', 'identity'],
    ['identity;q=0.5, *;q=0.8', 'zstd'],
    ['gzip;q=0.5, *', 'zstd'],
    ['identity;q=0, gzip;q=0.1', 'gzip'],
    ['identity;q=0', 'identity'],
    ['identity;q=0, compress', 'identity'],
    ['compress, sdch', 'identity'],
    ['gzip, gzip;q=0', 'identity'],
    ['gzip;q=0, gzip', 'identity'],
    ['zstd;q=0.2, br;q=0.2, gzip;q=0.2, *;q=0.5', 'identity'],
    ['gzip;q=2', 'identity'],
    ['gzip;level=1', 'identity'],
    ['gzip br', 'identity'],
    [', gzip ,', 'gzip'],
  ]
  for (const [field, chosen] of cases) {
    it(`is ${chosen} for ${JSON.stringify(field)}`, () => {
      expect(chosenCoding(field, ALL)).to.equal(chosen)
    })
  }

  it('is one of those offered that is acceptable, and none is wanted more', () => {
    const name = fc.constantFrom('zstd', 'br', 'gzip', 'identity', '*', 'deflate')
    const members = fc.uniqueArray(fc.tuple(name, fc.nat(10)), { selector: ([one]) => one, minLength: 1 })
    fc.assert(
      fc.property(members, fc.uniqueArray(fc.constantFrom(...ALL)), (list, offered) => {
        const field = list.map(([one, tenths]) => `${one};q=${tenths / 10}`).join(', ')
        const weights = Object.fromEntries(list)
        const weight = (coding: string) =>
          weights[coding] ?? weights['*'] ?? (coding === 'identity' ? 0.01 : 0)
        const chosen = chosenCoding(field, offered)
        const best = Math.max(weight('identity'), ...offered.map(weight))
        // Nothing acceptable: plain is better than nothing.
        if (best === 0) expect(chosen).to.equal('identity')
        else expect(weight(chosen)).to.equal(best)
        const first = offered.find((coding) => weight(coding) === best)
        if (best > 0 && first !== undefined) expect(chosen).to.equal(first)
      }),
    )
  })

  it('is the same from memory', () => {
    const choose = codingChooser(ALL)
    const field = fc.array(fc.constantFrom('gzip', 'br', 'zstd', ';q=0', ';q=0.5', ', '), { maxLength: 6 })
    fc.assert(
      fc.property(fc.option(field, { nil: undefined }), (parts) => {
        const text = parts?.join('')
        expect(choose(text)).to.equal(chosenCoding(text, ALL))
        expect(choose(text)).to.equal(chosenCoding(text, ALL))
      }),
      { numRuns: 500 },
    )
    expect(choose(`gzip${' '.repeat(1000)}`)).to.equal('gzip')
  })

  it('is read in linear time', () => {
    for (const piece of [',', 'gzip;', 'gzip,', ' ']) chosenCoding(piece.repeat(100_000), ALL)
  })
})

describe('what is compressed', () => {
  const is = (headers: HeaderFields, size = 5000, status = 200): boolean =>
    isCompressible({ status, headers }, size)

  for (const type of [
    'text/html; charset=utf-8',
    'Text/CSS',
    'application/json',
    'application/problem+json',
    'image/svg+xml',
    'application/wasm',
    'font/ttf',
  ]) {
    it(`is ${type}`, () => {
      expect(is({ 'content-type': type })).to.equal(true)
    })
  }

  for (const type of [
    'image/png',
    'video/mp4',
    'application/zip',
    'font/woff2',
    'application/octet-stream',
    'text/event-stream',
    'text/event-stream;charset=utf-8',
    'multipart/byteranges',
    'json',
    '',
  ]) {
    it(`is not ${JSON.stringify(type)}`, () => {
      expect(is({ 'content-type': type })).to.equal(false)
    })
  }

  it('is whole, large enough, of one type, and not encoded or told to be left alone', () => {
    const type = { 'content-type': 'text/plain' }
    expect(is(type, 1023)).to.equal(false)
    expect(is(type, 1024)).to.equal(true)
    for (const status of [204, 205, 206, 304, 103]) expect(is(type, 5000, status)).to.equal(false)
    expect(is(type, 5000, 404)).to.equal(true)
    expect(is({})).to.equal(false)
    expect(is({ 'content-type': ['text/plain', 'text/html'] })).to.equal(false)
    for (const coding of ['gzip', 'identity', ''])
      expect(is({ ...type, 'content-encoding': coding }), coding).to.equal(false)
    expect(is({ ...type, 'content-range': 'bytes 0-1/2' })).to.equal(false)
    expect(is({ ...type, 'cache-control': 'max-age=60, No-Transform' })).to.equal(false)
  })

  it('is told to be left alone in any spelling', () => {
    for (const line of [
      'no-transform',
      'NO-TRANSFORM',
      'a;no-transform',
      '"no-transform"',
      'no-transform=""',
      ['a', 'no-transform'],
    ])
      expect(forbidsTransforming({ 'cache-control': line }), String(line)).to.equal(true)
    for (const line of ['no-transformers', 'x-no-transform', 'transform'])
      expect(forbidsTransforming({ 'cache-control': line }), line).to.equal(false)
    expect(forbidsTransforming({})).to.equal(false)
  })
})

describe('the fields of a variant', () => {
  it('name Accept-Encoding in Vary, also on the plain one', () => {
    const vary = (given?: string | string[]) =>
      negotiatedFields(given === undefined ? {} : { vary: given }).vary
    expect(vary()).to.equal('Accept-Encoding')
    expect(vary('')).to.equal('Accept-Encoding')
    expect(vary('Origin')).to.equal('Origin, Accept-Encoding')
    expect(vary(['Origin', 'Cookie'])).to.equal('Origin, Cookie, Accept-Encoding')
    expect(vary('origin, ACCEPT-encoding')).to.equal('origin, ACCEPT-encoding')
    expect(vary('*')).to.equal('*')
  })

  it('say what the body is now, have no ranges and no digests of the plain bytes', () => {
    const headers = { 'content-type': 'a/b', 'content-md5': 'x', 'repr-digest': 'y', 'content-length': '900' }
    expect(variantFields(headers, 'br', 90)).to.deep.equal({
      'content-type': 'a/b',
      'content-encoding': 'br',
      'content-length': '90',
      'accept-ranges': 'none',
      vary: 'Accept-Encoding',
      'content-md5': undefined,
      'repr-digest': undefined,
    })
    expect(headers['content-length']).to.equal('900')
  })

  it('have a weak ETag that matches that of every other coding, and none where there was none', () => {
    const tag = (etag: string) => variantFields({ etag }, 'gzip', 1).etag
    expect(tag('"a"')).to.equal('W/"a"')
    expect(tag('W/"a"')).to.equal('W/"a"')
    expect(tag('a')).to.equal(undefined)
    expect(variantFields({}, 'gzip', 1)).to.not.have.property('etag')
    expect(matchesAnyTag(String(tag('"a"')), '"a"')).to.equal(true)
    expect(matchesAnyTag('"a"', String(tag('"a"')))).to.equal(true)
  })
})
