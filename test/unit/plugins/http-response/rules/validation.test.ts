import { expect } from 'chai'
import fc from 'fast-check'
import {
  formatHttpDate,
  type HeaderFields,
  isNotModified,
  matchesAnyTag,
  notModifiedFields,
  saidByHead,
  updatedFields,
} from '../../../../../plugins/http-response/rules/index.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const at = (seconds: number): string => formatHttpDate(NOW + seconds * 1000)

const notModified = (request: HeaderFields, stored: HeaderFields, method = 'GET', status = 200) =>
  isNotModified({ method, target: '/', host: 'a', headers: request }, { status, headers: stored }, NOW)

describe('If-None-Match', () => {
  for (const [field, etag] of [
    ['"abcdef"', '"abcdef"'],
    ['W/"abcdef"', 'W/"abcdef"'],
    ['W/"abcdef"', '"abcdef"'],
    ['"abcdef"', 'W/"abcdef"'],
    ['"abcdef", "1234", "5678"', '"abcdef"'],
    ['"1234","abcdef" ,"5678"', '"abcdef"'],
    ['"1234", "5678", W/"abcdef"', '"abcdef"'],
    ['"a, b"', '"a, b"'],
    ['"x", "a,b", "y"', '"a,b"'],
    ['""', '""'],
    ['"\u00fc"', '"\u00fc"'],
    ['junk, "abcdef"', '"abcdef"'],
    [' * ', '"abcdef"'],
    ['*', undefined],
  ] as const) {
    it(`${field} matches ${etag}`, () => {
      expect(matchesAnyTag(field, etag)).to.equal(true)
    })
  }

  for (const [field, etag] of [
    ['"abcdef"', '"ABCDEF"'],
    ['"abc"', '"abcdef"'],
    ['abcdef', '"abcdef"'],
    ['abcdef', 'abcdef'],
    ['w/"abcdef"', '"abcdef"'],
    ['"abcdef', '"abcdef"'],
    ['"abcdef"x', '"abcdef"'],
    ['"a", b"', '"a, b"'],
    ['"a, b"', '"b"'],
    ['*, "x"', '"abcdef"'],
    ['', '"abcdef"'],
    ['"abcdef"', undefined],
    ['"W/"', 'W/"W/"x'],
  ] as const) {
    it(`${field} does not match ${etag}`, () => {
      expect(matchesAnyTag(field, etag)).to.equal(false)
    })
  }

  it('finds a tag in a list exactly when it is a member', () => {
    const tag = fc.string({ maxLength: 4, unit: fc.constantFrom('a', 'b', ',', ' ', 'W', '/', '*') })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(tag, fc.boolean()), { minLength: 1, maxLength: 5 }),
        tag,
        (list, stored) => {
          const field = list.map(([text, weak]) => `${weak ? 'W/' : ''}"${text}"`).join(', ')
          expect(matchesAnyTag(field, `"${stored}"`)).to.equal(list.some(([text]) => text === stored))
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('reads a million characters made to provoke backtracking', () => {
    for (const piece of ['"', ',', ' ', '",', '"a"', '"a" x,', 'W/"']) {
      matchesAnyTag(piece.repeat(Math.floor(1_000_000 / piece.length)), '"none"')
    }
  })
})

describe('conditional requests (RFC 9111, 4.3.2)', () => {
  const stored = { etag: '"a"', 'last-modified': at(-3000), date: at(0) }

  it('If-None-Match decides alone where it is present', () => {
    expect(notModified({ 'if-none-match': '"a"', 'if-modified-since': at(-9000) }, stored)).to.equal(true)
    expect(notModified({ 'if-none-match': '"b"', 'if-modified-since': at(0) }, stored)).to.equal(false)
  })

  it('If-Modified-Since compares with Last-Modified', () => {
    expect(notModified({ 'if-modified-since': at(-3000) }, stored)).to.equal(true)
    expect(notModified({ 'if-modified-since': at(-2000) }, stored)).to.equal(true)
    expect(notModified({ 'if-modified-since': at(-3001) }, stored)).to.equal(false)
  })

  it('reads the obsolete date formats and ignores what is no date', () => {
    const modified = { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' }
    expect(notModified({ 'if-modified-since': 'Sunday, 06-Nov-94 08:49:37 GMT' }, modified)).to.equal(true)
    expect(notModified({ 'if-modified-since': '2050-01-01' }, modified)).to.equal(false)
    expect(notModified({ 'if-modified-since': [at(0), at(0)] }, modified)).to.equal(false)
    expect(
      notModified({ 'if-modified-since': at(0) }, { 'last-modified': 'yesterday', date: at(-9) }),
    ).to.equal(false)
  })

  it('without Last-Modified compares with Date, and without Date with the arrival', () => {
    expect(notModified({ 'if-modified-since': at(-10) }, { date: at(-20) })).to.equal(true)
    expect(notModified({ 'if-modified-since': at(-10) }, { date: at(0) })).to.equal(false)
    expect(notModified({ 'if-modified-since': at(0) }, {})).to.equal(true)
    expect(notModified({ 'if-modified-since': at(-1) }, {})).to.equal(false)
  })

  it('is for GET and HEAD and a stored 200', () => {
    expect(notModified({ 'if-none-match': '*' }, stored, 'HEAD')).to.equal(true)
    expect(notModified({ 'if-none-match': '*' }, stored, 'POST')).to.equal(false)
    expect(notModified({ 'if-none-match': '*' }, stored, 'GET', 404)).to.equal(false)
    expect(notModified({}, stored)).to.equal(false)
  })
})

describe('fields of a 304 (RFC 9110, 15.4.5)', () => {
  it('are those of the 200 without what describes its content', () => {
    const kept = {
      'cache-control': 'max-age=60',
      'content-location': '/a',
      date: at(0),
      expires: at(60),
      vary: 'accept',
      'access-control-allow-origin': '*',
      'x-custom': ['1', '2'],
    }
    const dropped = {
      'content-type': 'text/html',
      'content-length': '5',
      'content-encoding': 'gzip',
      'content-language': 'de',
      'content-range': 'bytes 0-1/2',
    }
    expect(notModifiedFields({ ...kept, ...dropped })).to.deep.equal(kept)
  })

  it('have Last-Modified only where there is no ETag', () => {
    expect(notModifiedFields({ etag: '"a"', 'last-modified': at(0) })).to.deep.equal({ etag: '"a"' })
    expect(notModifiedFields({ 'last-modified': at(0) })).to.deep.equal({ 'last-modified': at(0) })
  })
})

describe('a confirmation of stored fields (RFC 9111, 3.2 and 4.3.5)', () => {
  const stored = {
    etag: '"a"',
    'content-type': 'text/html',
    'x-a': '1',
    'x-b': '1',
    'last-modified': at(-60),
  }

  it('takes the place of what it names, but never of what describes the bytes', () => {
    const answer = {
      'x-a': ['2', '3'],
      'content-type': 'text/plain',
      'content-encoding': 'gzip',
      'content-length': '0',
      'transfer-encoding': 'chunked',
      'set-cookie': 'a=b',
      'x-secret': '1',
      connection: 'x-hop',
      'x-hop': '1',
      'x-gone': undefined,
    }
    expect(updatedFields(stored, answer, ['x-secret'])).to.deep.equal({ ...stored, 'x-a': ['2', '3'] })
  })

  const heads: [Record<string, string>, 'same' | 'another' | 'nothing'][] = [
    [{ etag: '"a"', 'content-length': '5' }, 'same'],
    [{ 'last-modified': at(-60) }, 'same'],
    [{ etag: '"b"' }, 'another'],
    [{ etag: 'W/"a"' }, 'another'],
    [{ etag: '"a"', 'last-modified': at(-1) }, 'another'],
    [{ etag: '"a"', 'content-length': '6' }, 'another'],
    [{ 'content-length': '6' }, 'another'],
    [{ 'content-length': 'x' }, 'another'],
    [{}, 'nothing'],
    [{ 'content-length': '5' }, 'nothing'],
  ]
  for (const [headers, said] of heads) {
    it(`hears ${said === 'nothing' ? said : `of ${said} one`} from a HEAD that says ${JSON.stringify(headers)}`, () => {
      expect(saidByHead(stored, 5, { status: 200, headers })).to.equal(said)
    })
  }
})
