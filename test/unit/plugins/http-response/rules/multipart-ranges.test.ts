import { expect } from 'chai'
import fc from 'fast-check'
import {
  formatHttpDate,
  type HeaderFields,
  type RangeAnswer,
  rangeAnswer,
} from '../../../../../plugins/http-response/rules/index.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const BOUNDARY = 'b0undary'
const HEAD = {
  'content-type': 'text/plain; charset=utf-8',
  etag: '"a"',
  date: formatHttpDate(NOW),
  'cache-control': 'max-age=60',
  'access-control-allow-origin': '*',
}

function ask(
  headers: HeaderFields,
  body: Uint8Array,
  stored: HeaderFields = HEAD,
  { method = 'GET', status = 200 } = {},
): RangeAnswer | undefined {
  const request = { method, target: '/', host: 'a', headers }
  return rangeAnswer(request, { status, headers: stored }, body, { boundary: BOUNDARY, now: NOW })
}

const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => index % 251))
const sent = (answer: RangeAnswer | undefined): Buffer => Buffer.concat(answer?.parts ?? [])

/** A reader of multipart/byteranges (RFC 9110, 14.6; RFC 2046, 5.1.1) that believes nothing but the delimiters. */
function readParts(answer: RangeAnswer): { fields: Record<string, string>; content: string }[] {
  const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(String(answer.fields['content-type']))?.[1]
  const text = `\r\n${sent(answer).toString('latin1')}`
  const [preamble, ...parts] = text.split(`\r\n--${boundary}`)
  expect(preamble).to.equal('')
  expect(parts.pop()).to.equal('--\r\n')
  return parts.map((part) => {
    const end = part.indexOf('\r\n\r\n')
    const lines = part.slice(2, end).split('\r\n')
    const fields = lines.map((line) => line.split(': ') as [string, string])
    return { fields: Object.fromEntries(fields), content: part.slice(end + 4) }
  })
}

describe('a range of a stored whole', () => {
  it('is one part, with its place and its length (RFC 9110, 15.3.7.1)', () => {
    const answer = ask({ range: 'bytes=2-4' }, bytes(10))
    expect(answer?.status).to.equal(206)
    expect(answer?.fields).to.deep.equal({ ...HEAD, 'content-range': 'bytes 2-4/10', 'content-length': '3' })
    expect([...sent(answer)]).to.deep.equal([2, 3, 4])
  })

  it('is a view of the body, not a copy', () => {
    const body = Buffer.alloc(1000)
    const single = ask({ range: 'bytes=2-4' }, body)
    const several = ask({ range: 'bytes=0-9,500-509' }, body)
    expect(single?.parts[0]?.buffer).to.equal(body.buffer)
    expect(several?.parts.filter(({ buffer }) => buffer === body.buffer)).to.have.length(2)
  })

  it('is several parts where they lie apart, each with its own head (15.3.7.2)', () => {
    const body = bytes(1000)
    const answer = ask({ range: 'bytes=900-,0-9' }, body) as RangeAnswer
    expect(answer.fields['content-range']).to.equal(undefined)
    expect(readParts(answer)).to.deep.equal([
      {
        fields: { 'Content-Type': HEAD['content-type'], 'Content-Range': 'bytes 900-999/1000' },
        content: body.toString('latin1', 900),
      },
      {
        fields: { 'Content-Type': HEAD['content-type'], 'Content-Range': 'bytes 0-9/1000' },
        content: body.toString('latin1', 0, 10),
      },
    ])
  })

  it('gives every byte that was asked for, says where it was, and knows its length', () => {
    const range = fc
      .tuple(fc.option(fc.nat(3000), { nil: undefined }), fc.option(fc.nat(3000), { nil: undefined }))
      .filter(([first, last]) => first !== undefined || last !== undefined)
      .filter(([first, last]) => first === undefined || last === undefined || first <= last)
    fc.assert(
      fc.property(
        fc.array(range, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 2500 }),
        (set, length) => {
          const body = bytes(length)
          const field = `bytes=${set.map(([first, last]) => `${first ?? ''}-${last ?? ''}`).join(', ')}`
          const answer = ask({ range: field }, body) as RangeAnswer
          expect(answer.fields['content-length']).to.equal(String(sent(answer).byteLength))
          const asked = body.map((_, position) =>
            set.some(([first, last]) =>
              first === undefined
                ? position >= length - (last ?? 0)
                : position >= first && position <= (last ?? length),
            )
              ? 1
              : 0,
          )
          expect(answer.status).to.equal(asked.includes(1) ? 206 : 416)
          for (const { place, content } of placed(answer)) {
            const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(place) ?? []
            expect(Number(whole)).to.equal(length)
            expect(content).to.equal(body.toString('latin1', Number(first), Number(last) + 1))
            asked.fill(0, Number(first), Number(last) + 1)
          }
          expect(asked.includes(1), 'something was left out').to.equal(false)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('is never much longer than the whole, however often it asks for it', () => {
    const body = bytes(10_000)
    for (const field of [
      `bytes=${Array(32).fill('0-').join()}`,
      `bytes=${Array.from({ length: 32 }, (_, i) => `${i}-`).join()}`,
      `bytes=${Array.from({ length: 32 }, (_, i) => `${i * 300}-${i * 300}`).join()}`,
    ]) {
      expect(sent(ask({ range: field }, body)).byteLength).to.be.at.most(10_000)
    }
    expect(ask({ range: `bytes=${Array(33).fill('0-').join()}` }, body)).to.equal(undefined)
  })

  it('does not exist behind the end (15.5.17), and that is not kept as the page', () => {
    const stored = {
      ...HEAD,
      'last-modified': formatHttpDate(0),
      'cdn-cache-control': 'max-age=9',
      'content-security-policy': 'x',
    }
    const answer = ask({ range: 'bytes=10-,-0' }, bytes(10), stored)
    expect(answer?.status).to.equal(416)
    expect(answer?.parts).to.deep.equal([])
    expect(
      Object.fromEntries(Object.entries(answer?.fields ?? {}).filter(([, value]) => value !== undefined)),
    ).to.deep.equal({
      'access-control-allow-origin': '*',
      'content-security-policy': 'x',
      date: HEAD.date,
      'cache-control': 'no-store',
      'content-range': 'bytes */10',
      'content-length': '0',
    })
  })

  it('has no digest of the whole content, and keeps that of the representation (RFC 9530)', () => {
    const answer = ask({ range: 'bytes=0-0' }, bytes(9), {
      'content-digest': 'x',
      'content-md5': 'y',
      'repr-digest': 'z',
    })
    expect(answer?.fields['content-digest']).to.equal(undefined)
    expect(answer?.fields['content-md5']).to.equal(undefined)
    expect(answer?.fields['repr-digest']).to.equal('z')
  })

  it('writes no line breaks of a stored type into a part', () => {
    const answer = ask({ range: 'bytes=0-0,500-500' }, bytes(900), {
      'content-type': 'a/b\r\nX: y',
    }) as RangeAnswer
    expect(readParts(answer).map(({ fields }) => Object.keys(fields))).to.deep.equal([
      ['Content-Range'],
      ['Content-Range'],
    ])
  })
})

describe('the whole is sent', () => {
  const range = 'bytes=0-0'
  const cases: [string, RangeAnswer | undefined][] = [
    ['where nothing was asked for', ask({}, bytes(9))],
    ['where Range is no range of bytes', ask({ range: 'lines=0-1' }, bytes(9))],
    ['where Range is there twice', ask({ range: [range, range] }, bytes(9))],
    ['to HEAD', ask({ range }, bytes(9), HEAD, { method: 'HEAD' })],
    ['of what is not 200', ask({ range }, bytes(9), HEAD, { status: 404 })],
    ['of an empty body', ask({ range: 'bytes=-5' }, bytes(0))],
    ['where If-Range names another version', ask({ range, 'if-range': '"b"' }, bytes(9))],
    ['where If-Range does not parse', ask({ range, 'if-range': 'x' }, bytes(9))],
    ['where the stored response has no ranges', ask({ range }, bytes(9), { 'accept-ranges': ' None' })],
  ]
  for (const [when, answer] of cases) {
    it(when, () => {
      expect(answer).to.equal(undefined)
    })
  }

  it('and not, where If-Range names this version', () => {
    expect(ask({ range, 'if-range': '"a"' }, bytes(9))?.status).to.equal(206)
  })
})

function placed(answer: RangeAnswer): { place: string; content: string }[] {
  if (answer.status === 416) return []
  const place = answer.fields['content-range']
  if (place !== undefined) return [{ place: String(place), content: sent(answer).toString('latin1') }]
  return readParts(answer).map(({ fields, content }) => ({ place: fields['Content-Range'] ?? '', content }))
}
