import { expect } from 'chai'
import { decideAnswer } from '../../../../plugins/http-response/answer-decision.ts'
import { httpPolicy } from '../../../../plugins/http-response/options.ts'
import type { HeaderFields } from '../../../../plugins/http-response/rules/index.ts'
import { type StoredResponse, storedResponse } from '../../../../plugins/http-response/stored-response.ts'
import type { WholeAnswer } from '../../../../plugins/http-response/whole-answer.ts'

const REQUEST = { method: 'GET', target: '/', host: 'a.example', headers: {} }

function stored(headers: HeaderFields, status = 200): StoredResponse {
  const policy = httpPolicy({ ttl: '1m' })
  const decision = decideAnswer(REQUEST, { status, headers, sent: headers }, policy, 0, false)
  return storedResponse(decision, { body: Buffer.from('page'), requestTime: 0, etag: '"e"' }, policy)
}

const whole = (response: StoredResponse, age: number, status: string | undefined): WholeAnswer =>
  response.heads.whole(response, age, status)

/** `writeHead` takes names and values in turn. */
function inRecord(lines: readonly string[]): Record<string, string[]> {
  const record: Record<string, string[]> = {}
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] as string
    record[name] = [...(record[name] ?? []), lines[i + 1] as string]
  }
  return record
}

describe('a whole answer', () => {
  it('is the same in all its forms', () => {
    const answer = whole(stored({ 'x-a': '1', link: ['<a>', '<b>'] }), 7, 'c; hit')
    const { headers, constant, lines } = answer
    expect(headers).to.deep.include({ 'x-a': '1', link: ['<a>', '<b>'], age: '7', 'cache-status': 'c; hit' })
    expect(headers).to.deep.equal({ ...constant, age: answer.age, 'cache-status': answer.cacheStatus })
    const asLists = Object.entries(headers).map(([name, value]) => [name, [value].flat()])
    expect(inRecord(lines)).to.deep.equal(Object.fromEntries(asLists))
  })

  it('is made once in a second', () => {
    const response = stored({})
    const first = whole(response, 1, 'c; hit; ttl=59')
    expect(whole(response, 1, 'c; hit; ttl=59')).to.equal(first)
    expect(whole(response, 2, 'c; hit; ttl=58').headers.age).to.equal('2')
    expect(whole(response, 2, undefined).headers).to.not.have.property('cache-status')
  })

  it('names the caches that wrote Cache-Status before', () => {
    const response = stored({ 'cache-status': 'origin; fwd=miss' })
    expect(whole(response, 0, 'c; hit').cacheStatus).to.equal('origin; fwd=miss, c; hit')
    expect(whole(response, 0, undefined).cacheStatus).to.equal('origin; fwd=miss')
  })

  it('leaves out of its lines what is taken away', () => {
    const answer = whole(stored({ 'x-live': undefined, 'hitherto-cache-control': 'max-age=9' }), 0, undefined)
    expect(answer.headers).to.include({ 'x-live': undefined, 'hitherto-cache-control': undefined })
    expect(inRecord(answer.lines)).to.not.have.any.keys('x-live', 'hitherto-cache-control')
  })

  it('gives none of its other forms to an answer that is made of it', () => {
    const made = { ...whole(stored({}), 0, 'c; hit'), headers: {} }
    expect(made).to.include.keys('status', 'body')
    expect(made).to.not.have.any.keys('lines', 'constant', 'age', 'cacheStatus')
  })

  it('has no length with 204', () => {
    expect(whole(stored({ 'cache-control': 'max-age=60' }, 204), 0, undefined).headers).to.not.have.property(
      'content-length',
    )
  })
})
