import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect } from 'chai'
import { Front } from '../../../../plugins/http-response/front.ts'
import type { SentAnswer } from '../../../../plugins/http-response/front-learning.ts'
import { FrontPass } from '../../../../plugins/http-response/front-pass.ts'
import type { HttpRequest } from '../../../../plugins/http-response/keys.ts'
import { httpPolicy } from '../../../../plugins/http-response/options.ts'
import { primaryKey } from '../../../../plugins/http-response/rules/index.ts'
import type { StoredResponse } from '../../../../plugins/http-response/stored-response.ts'
import { Heads } from '../../../../plugins/http-response/whole-answer.ts'

const HOST = 'a.example'

/** A front over one stored answer, with everything around it in the hands of the test. */
function harness() {
  const port = {
    enabled: true,
    name: 'cache',
    hits: 0,
    reported: [] as unknown[],
    now: 1_000,
    wall: () => port.now,
    read: (key: string) => (key === keyOf('/') ? stored : undefined),
    hit: () => void port.hits++,
    report: (error: unknown) => void port.reported.push(error),
  }
  const freshness = { lifetime: 60_000, initialAge: 0, responseTime: 1_000, alwaysValidate: false }
  const pass = new FrontPass(['x-a'], [])
  const own = { 'content-type': 'text/plain' }
  const stored = {
    kind: 'response',
    status: 200,
    headers: own,
    body: Buffer.from('page'),
    removed: [],
    observed: [],
    freshness,
    front: pass,
    heads: new Heads(),
  } as unknown as StoredResponse
  const warnings: string[] = []
  const front = new Front(port as never, {} as never, {} as never, (message) => void warnings.push(message))
  front.open = true
  const policy = httpPolicy({ front: true })
  const answer = { status: 200, headers: stored.headers, body: stored.body, front: pass }
  return {
    port,
    freshness,
    pass,
    front,
    warnings,
    answer,
    /** As the ordinary place sends it. */
    learn(added: Readonly<Record<string, string>> = {}, request: Partial<HttpRequest> = {}, status = 200) {
      const sent: SentAnswer = { status, fields: Object.entries({ ...own, ...added }) }
      const asked = { method: 'GET', target: '/', host: HOST, headers: { host: HOST }, raw: undefined }
      front.learn({ request: { ...asked, ...request }, policy, answer }, sent, ['Host', HOST])
    },
    /** Whether it is answered in front. */
    answers(response: Partial<ServerResponse> = {}, request: Partial<IncomingMessage> = {}): boolean {
      const message = { method: 'GET', url: '/', httpVersionMajor: 1, rawHeaders: ['Host', HOST] }
      const given = { getHeaderNames: () => [], writeHead() {}, end() {}, headersSent: false }
      return front.answer({ ...message, ...request } as never, { ...given, ...response } as never)
    },
  }
}

const keyOf = (target: string): string => primaryKey({ method: 'GET', host: HOST, target })

describe('the front', () => {
  it('answers what the ordinary place has sent', () => {
    const { answers, learn, port } = harness()
    expect(answers()).to.equal(false)
    learn()
    expect(answers()).to.equal(true)
    expect(port.hits).to.equal(1)
  })

  it('answers nothing while the cache is switched off or closed', () => {
    const { answers, learn, port } = harness()
    learn()
    port.enabled = false
    expect(answers()).to.equal(false)
    port.enabled = true
    expect(answers()).to.equal(true)
  })

  it('answers nothing that is to be confirmed each time', () => {
    const { answers, learn, freshness } = harness()
    learn()
    freshness.alwaysValidate = true
    expect(answers()).to.equal(false)
  })

  it('answers nothing from the moment on when its lifetime is over', () => {
    const { answers, learn, port } = harness()
    learn()
    port.now += 59_999
    expect(answers()).to.equal(true)
    port.now += 1
    expect(answers()).to.equal(false)
  })

  it('answers no request of HTTP/2, and none without a host', () => {
    const { answers, learn, port } = harness()
    learn()
    expect(answers({}, { httpVersionMajor: 2 })).to.equal(false)
    expect(answers({}, { rawHeaders: [] })).to.equal(false)
    expect(answers({}, { url: undefined as never })).to.equal(false)
    expect(port.reported).to.deep.equal([])
  })

  it('reports what fails, and leaves the request to the framework only while nothing is sent', () => {
    const { answers, learn, port } = harness()
    learn()
    const failing = (headersSent: boolean): Partial<ServerResponse> => ({
      headersSent: headersSent as never,
      writeHead() {
        throw new Error('on purpose')
      },
    })
    expect(answers(failing(false))).to.equal(false)
    expect(answers(failing(true))).to.equal(true)
    expect(port.reported.map(String)).to.deep.equal(['Error: on purpose', 'Error: on purpose'])
  })

  it('wants to see answers only where a server leads to it, and of routes that have opted in', () => {
    const { front, answer } = harness()
    expect(front.wants(answer)).to.equal(true)
    expect(front.wants({ ...answer, front: undefined })).to.equal(false)
    front.open = false
    expect(front.wants(answer)).to.equal(false)
  })

  it('never takes back that an answer is unfit', () => {
    const { answers, learn, front, answer, warnings } = harness()
    learn({ 'x-a': '1' })
    learn({ 'x-a': '2' })
    expect(front.wants(answer)).to.equal(false)
    // What was under way when it was found out.
    for (let i = 0; i < 3; i++) learn({ 'x-a': '2' })
    expect(answers()).to.equal(false)
    learn()
    expect(answers()).to.equal(false)
    expect(warnings).to.have.length(1)
  })

  it('learns nothing of routes that the URL alone does not lead to', () => {
    const { answers, learn } = harness()
    learn({}, { route: 'a' })
    expect(answers()).to.equal(false)
  })

  it('keeps behind what was sent with another status', () => {
    const { answers, learn, warnings } = harness()
    learn({}, {}, 203)
    expect(answers()).to.equal(false)
    expect(warnings[0]).to.match(/changes the status/)
  })

  it('keeps behind what was found by another host than the client has said', () => {
    const { answers, learn, warnings } = harness()
    learn({}, { headers: { host: 'b.example' } })
    expect(answers()).to.equal(false)
    expect(warnings[0]).to.match(/writes host of the request/)
  })

  it('says a hundred different things, and no more', () => {
    const { learn, pass, warnings } = harness()
    for (let i = 0; i < 150; i++) {
      pass.refused = false
      learn({ 'x-b': '1' }, { target: `/${i}?token=secret` })
    }
    expect(warnings).to.have.length(100)
    expect(warnings.join()).to.match(/^\/0 is not/)
    expect(warnings.join()).to.not.match(/secret/)
  })
})
