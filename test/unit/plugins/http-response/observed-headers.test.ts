import { inspect } from 'node:util'
import { expect } from 'chai'
import fc from 'fast-check'
import { ObservedHeaders } from '../../../../plugins/http-response/observed-headers.ts'
import { observeRequest } from '../../../../plugins/http-response/observed-request.ts'

type Headers = Record<string, string | string[] | undefined>

const observed = (headers: Headers): ObservedHeaders => new ObservedHeaders(headers, { tracing: false })

const headerNames = fc.constantFrom(
  'x-a',
  'x-b',
  'accept',
  'constructor',
  '__proto__',
  'host',
  'range',
  'names',
)
const requestHeaders = fc.dictionary(headerNames, fc.string(), { maxKeys: 5 })

describe('observed headers', () => {
  it('show what the headers show, however they are read', () => {
    fc.assert(
      fc.property(requestHeaders, headerNames, (headers, name) => {
        const { proxy } = observed(headers)
        expect(proxy[name]).to.equal(headers[name])
        expect(name in proxy).to.equal(name in headers)
        expect(Object.hasOwn(proxy, name)).to.equal(Object.hasOwn(headers, name))
        expect({ ...proxy }).to.deep.equal({ ...headers })
        expect(JSON.stringify(proxy)).to.equal(JSON.stringify(headers))
        expect(inspect(proxy)).to.equal(inspect(headers))
        expect(Object.getPrototypeOf(proxy)).to.equal(Object.getPrototypeOf(headers))
      }),
    )
  })

  it('note each name that is read, once, and none that is in the key already', () => {
    fc.assert(
      fc.property(requestHeaders, fc.array(headerNames), (headers, reads) => {
        const recorder = observed(headers)
        const { proxy } = recorder
        for (const name of reads) void proxy[name]
        const counted = reads.filter((name) => name !== 'host' && name !== 'range')
        expect(recorder.names).to.deep.equal([...new Set(counted)])
        expect(recorder.all).to.equal(false)
      }),
    )
  })

  for (const [how, list] of [
    ['spread', (headers: Headers) => ({ ...headers })],
    ['Object.keys', (headers: Headers) => Object.keys(headers)],
    ['JSON.stringify', (headers: Headers) => JSON.stringify(headers)],
    ['new Headers', (headers: Headers) => new Headers(headers as Record<string, string>)],
    ['util.inspect', (headers: Headers) => inspect(headers)],
    ['Object.assign', (headers: Headers) => Object.assign({}, headers)],
  ] as const) {
    it(`take ${how} for a read of all`, () => {
      const recorder = observed({ 'x-a': '1' })
      list(recorder.proxy)
      expect(recorder.all).to.equal(true)
    })
  }

  it('keep what the client sent, whatever is written over it', () => {
    const headers: Headers = { 'x-a': 'sent', 'x-b': 'kept' }
    const recorder = observed(headers)
    recorder.proxy['x-a'] = 'written'
    recorder.proxy['x-new'] = 'written'
    delete recorder.proxy['x-b']
    expect(headers).to.deep.equal({ 'x-a': 'written', 'x-new': 'written' })
    expect(recorder.given).to.deep.equal({ 'x-a': 'sent', 'x-b': 'kept', 'x-new': undefined })
  })

  it('note nothing in between, and nothing after the end', () => {
    const recorder = observed({ 'x-a': '1', 'x-b': '2' })
    const { proxy } = recorder
    expect(recorder.quietly(() => proxy['x-a'])).to.equal('1')
    expect(() =>
      recorder.quietly(() => {
        throw new Error('on purpose')
      }),
    ).to.throw('on purpose')
    void proxy['x-b']
    recorder.release()
    void proxy['x-a']
    void Object.keys(proxy)
    expect([recorder.names, recorder.all]).to.deep.equal([['x-b'], false])
  })

  it('cannot be frozen or cloned: the Proxy is not the headers', () => {
    const { proxy } = observed({ 'x-a': '1' })
    expect(() => Object.freeze(proxy)).to.throw(TypeError)
    expect(() => structuredClone(proxy)).to.throw('could not be cloned')
  })
})

describe('an observed request', () => {
  const node = () => ({
    headers: { 'x-a': '1', 'user-agent': 'first' } as Headers,
    rawHeaders: ['X-A', '1', 'User-Agent', 'first', 'user-agent', 'second'],
    headersDistinct: undefined as Record<string, string[]> | undefined,
  })

  it('shows lines as Node does, and counts a line that the headers hide as all of them', () => {
    const request = node()
    const recorder = observed(request.headers)
    observeRequest(request, recorder)
    expect(request.headersDistinct?.['x-a']).to.deep.equal(['1'])
    expect([recorder.names, recorder.all]).to.deep.equal([['x-a'], false])
    expect(request.headersDistinct?.['user-agent']).to.deep.equal(['first', 'second'])
    expect(recorder.all).to.equal(true)
  })

  it('counts lines as all headers where a comma may be one between them, which the key does not tell', () => {
    for (const lines of [
      ['X-A', '1', 'X-A', '2'],
      ['X-A', '1, 2'],
    ]) {
      const request = { ...node(), rawHeaders: lines }
      const recorder = observed(request.headers)
      observeRequest(request, recorder)
      expect(request.headersDistinct?.['x-a']).to.deep.equal(lines.filter((text) => text !== 'X-A'))
      expect(recorder.all).to.equal(true)
    }
  })

  it('counts a look at rawHeaders as all of them', () => {
    const request = node()
    const recorder = observed(request.headers)
    observeRequest(request, recorder)
    expect(Array.isArray(request.rawHeaders)).to.equal(true)
    expect(recorder.all).to.equal(false)
    expect([...request.rawHeaders]).to.deep.equal(node().rawHeaders)
    expect(recorder.all).to.equal(true)
  })

  it('has its own headers back when it is released, unless others were put in their place', () => {
    const request = node()
    const { headers, rawHeaders } = request
    const recorder = observed(headers)
    observeRequest(request, recorder)
    const others = ['X-B', '2']
    request.rawHeaders = others
    recorder.release()
    expect(request.headers).to.equal(headers)
    expect(request.rawHeaders).to.equal(others)
    expect(rawHeaders).to.not.equal(others)
    expect(request.headersDistinct).to.equal(undefined)
  })
})
