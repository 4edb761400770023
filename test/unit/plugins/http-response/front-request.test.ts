import { expect } from 'chai'
import fc from 'fast-check'
import { type Asked, lookAt } from '../../../../plugins/http-response/front-request.ts'

const CLOSER = ['cache-control', 'cookie', 'if-modified-since', 'if-none-match', 'pragma']
const FRAMEWORK = [
  ...[
    'accept-version',
    'authorization',
    'proxy-authorization',
    'content-length',
    'expect',
    'if-match',
    'if-range',
  ],
  ...['if-unmodified-since', 'range', 'transfer-encoding', 'upgrade'],
  ...['x-http-method', 'x-http-method-override', 'x-method-override'],
]
const FORWARDED = ['x-forwarded-host', 'x-forwarded-proto', 'x-original-url', 'x-rewrite-url']
const OTHERS = [
  'x-forwarded-for',
  'accept',
  'accept-encoding',
  'user-agent',
  'connection',
  'dnt',
  'x-ranges',
  'hosts',
  'origin',
  'c',
  '',
]

/** In any mixture of cases. */
const spelled = (names: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...names).chain((name) => fc.mixedCase(fc.constant(name)))

describe('what the headers of a request ask of the front', () => {
  it('is decided by their names, in any case', () => {
    const line = fc.tuple(
      fc.oneof(
        { weight: 6, arbitrary: spelled(OTHERS) },
        spelled(CLOSER),
        spelled(FRAMEWORK),
        spelled(FORWARDED),
        spelled(['host']),
      ),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const found = { host: 'of another request' as string | undefined, forwarded: true }
        const names = lines.map(([name]) => name.toLowerCase())
        const hosts = lines.filter(([name]) => name.toLowerCase() === 'host').map(([, value]) => value)
        const closer: Asked = names.some((name) => CLOSER.includes(name)) ? 'closer' : 'plain'
        const framework = hosts.length > 1 || names.some((name) => FRAMEWORK.includes(name))
        expect(lookAt(lines.flat(), found)).to.equal(framework ? 'framework' : closer)
        if (framework) return
        expect(found.host).to.equal(hosts[0])
        expect(found.forwarded).to.equal(names.some((name) => FORWARDED.includes(name)))
      }),
      { numRuns: 1_000 },
    )
  })
})
