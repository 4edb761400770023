import { expect } from 'chai'
import { onSending } from '../../../../adapters/fastify/front-sending.ts'
import type { SentAnswer } from '../../../../plugins/http-response/index.ts'

/** What is told of an answer with this body when that payload is sent in its place. */
function told(body: Buffer | null, payload: unknown, named: object = {}): SentAnswer | undefined {
  const raw = { getHeaders: () => named, writeHead() {}, end() {} }
  let answer: SentAnswer | undefined
  onSending({ raw } as never, { status: 200, headers: {}, body }, (sent) => {
    answer = sent
  })
  const sending = raw as unknown as {
    writeHead(status: number, fields: object): void
    end(body: unknown): void
  }
  sending.writeHead(200, { 'x-a': 1, 'x-b': ['c', 'd'] })
  sending.end(payload)
  return answer
}

describe('how Fastify sends an answer of the cache', () => {
  const body = Buffer.from('page')
  const empty = Buffer.alloc(0)

  it('is told with all fields of the head, numbers as text', () => {
    expect(told(body, body, { 'x-raw': 'e', 'x-a': 'of old' })).to.deep.equal({
      status: 200,
      fields: [
        ['x-raw', 'e'],
        ['x-a', '1'],
        ['x-b', ['c', 'd']],
      ],
    })
  })

  it('is told where hooks were given the same as text, or as bytes of their own', () => {
    for (const same of [Buffer.from('page'), 'page']) expect(told(body, same)).to.not.equal(undefined)
  })

  it('is told where nothing is sent for what is empty', () => {
    for (const nothing of [null, undefined]) {
      expect(told(null, nothing)).to.not.equal(undefined)
      expect(told(empty, nothing)).to.not.equal(undefined)
    }
  })

  it('is not told where something else is sent in its place, or nothing', () => {
    for (const other of [Buffer.from('other'), 'other', '', null, undefined])
      expect(told(body, other)).to.equal(undefined)
    expect(told(null, 'page')).to.equal(undefined)
  })
})
