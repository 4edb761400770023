import { expect } from 'chai'
import fc from 'fast-check'
import {
  parseDictionary,
  responseControl,
  TARGETS,
} from '../../../../../plugins/http-response/rules/index.ts'

const cdn = (field: string | string[], cacheControl = 'no-store') =>
  responseControl({ 'cdn-cache-control': field, 'cache-control': cacheControl }, TARGETS)

describe('targeted cache control (RFC 9213)', () => {
  it('is used instead of Cache-Control where it is valid', () => {
    expect(cdn('max-age=60').targeted).to.equal(true)
    expect(cdn('max-age=60').directives).to.include({ maxAge: 60, noStore: false })
    expect(cdn('foobar, max-age=99999999999').directives.maxAge).to.equal(2 ** 31)
    expect(cdn('no-store', 'max-age=60').directives.noStore).to.equal(true)
    expect(cdn('private', 'max-age=60').directives.private).to.equal(true)
    expect(cdn('public;x=1, s-maxage=5;y="z"').directives).to.include({ public: true, sMaxAge: 5 })
    expect(cdn(['max-age=60', 'must-revalidate']).directives).to.include({ maxAge: 60, mustRevalidate: true })
  })

  for (const field of [
    '',
    'max-age=10000, &&&&&',
    'max-age="10000"',
    'max-age=1.5',
    'max-age',
    'max-age =100',
    'max-age= 100',
    'MaX-aGe=3600',
    'max-age=1,',
    'public=1',
  ]) {
    it(`is ignored as a whole when it is ${JSON.stringify(field)}`, () => {
      expect(cdn(field).targeted).to.equal(false)
      expect(cdn(field).directives.noStore).to.equal(true)
    })
  }

  it('a negative lifetime is none, and a restriction counts with any value but false', () => {
    expect(cdn('max-age=-5').directives.maxAge).to.equal(0)
    expect(cdn('private="set-cookie"').directives.private).to.equal(true)
    expect(cdn('no-cache=(a b)').directives.noCache).to.equal(true)
    expect(cdn('private=?0, max-age=1').directives.private).to.equal(false)
  })

  it('is not looked at by a cache that it does not target', () => {
    expect(responseControl({ 'cdn-cache-control': 'max-age=60' }).directives.maxAge).to.equal(undefined)
  })

  it('the first target of the list that is valid wins', () => {
    const headers = { 'a-cache-control': 'max-age=1', 'b-cache-control': 'max-age=2', 'x-cache-control': '&' }
    const targets = ['x-cache-control', 'b-cache-control', 'a-cache-control']
    expect(responseControl(headers, targets).directives.maxAge).to.equal(2)
  })
})

describe('response control without a target', () => {
  it('is Cache-Control, and Pragma: no-cache only without it', () => {
    expect(responseControl({ 'cache-control': 'max-age=5', pragma: 'no-cache' }).directives.noCache).to.equal(
      false,
    )
    expect(responseControl({ pragma: 'no-cache' }).directives.noCache).to.equal(true)
    expect(responseControl({ pragma: 'unrecognised' }).directives.noCache).to.equal(false)
  })
})

describe('structured dictionaries (RFC 8941)', () => {
  it('have items of every type, parameters and inner lists', () => {
    const read = parseDictionary(
      'a=1, b=-1.5;p, c="x\\"y";q=?0, d=tok/en:1, e=:aGk=:, f=?0, g, h=(1 "b";z c), a=2',
    )
    expect(Object.fromEntries(read ?? [])).to.deep.equal({
      a: { type: 'integer', value: 2 },
      b: { type: 'decimal', value: -1.5 },
      c: { type: 'string', value: 'x"y' },
      d: { type: 'token', value: 'tok/en:1' },
      e: { type: 'binary', value: 'aGk=' },
      f: { type: 'boolean', value: false },
      g: { type: 'boolean', value: true },
      h: { type: 'inner-list' },
    })
  })

  for (const text of [
    'A=1',
    '1=1',
    'a=',
    'a=1.',
    'a=1.2345',
    'a=1234567890123456',
    'a="x',
    'a="\u00fc"',
    'a=:!:',
    'a=?2',
    'a=(1',
    'a=(1"b")',
    'a;',
    'a b',
    'a,',
    ',a',
    'a=@1',
  ]) {
    it(`do not include ${JSON.stringify(text)}`, () => {
      expect(parseDictionary(text)).to.equal(undefined)
    })
  }

  it('are read or refused, never thrown at, whatever the text', () => {
    const piece = fc.constantFrom(
      'a',
      '=',
      '"',
      '(',
      ')',
      ';',
      ',',
      ' ',
      '1',
      '.',
      '-',
      '?',
      ':',
      '\\',
      '*',
      'max-age=1',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const read = parseDictionary(pieces.join(''))
        expect(read === undefined || read instanceof Map).to.equal(true)
      }),
      { numRuns: 2000 },
    )
  })
})
