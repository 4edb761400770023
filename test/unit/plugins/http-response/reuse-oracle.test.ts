import { expect } from 'chai'
import fc from 'fast-check'
import { decideAnswer } from '../../../../plugins/http-response/answer-decision.ts'
import { httpPolicy } from '../../../../plugins/http-response/options.ts'
import {
  decideReuse,
  formatHttpDate,
  selectingKey,
  varyNames,
} from '../../../../plugins/http-response/rules/index.ts'
import { mayAnswerCredentials, storedResponse } from '../../../../plugins/http-response/stored-response.ts'
import { type Case, mayReuse } from './reuse-oracle.ts'

const NOW = Date.UTC(2026, 10, 22, 12) / 1000
const POLICY = httpPolicy({ targets: [] })

/** The same question, asked of the rules that the cache is made of. */
function reuses({ status, response, first, second, now, elapsed }: Case): boolean {
  const view = (headers: Case['first']) => ({ method: 'GET', target: '/', host: 'a', headers })
  const answer = { status, headers: response, sent: response }
  const decision = decideAnswer(view(first), answer, POLICY, now * 1000, false)
  const names = varyNames(response)
  if (!decision.verdict.store || names === '*') return false
  if (selectingKey(names, first) !== selectingKey(names, second)) return false
  const arrival = { body: Buffer.alloc(0), requestTime: now * 1000, etag: undefined }
  const stored = storedResponse(decision, arrival, POLICY)
  const { kind } = decideReuse(view(second), stored.freshness, (now + elapsed) * 1000)
  return (kind === 'hit' || kind === 'stale') && mayAnswerCredentials(view(second), stored)
}

const seconds = fc.oneof(fc.constantFrom(0, 1, 9, 10, 11, 60), fc.nat(200))
const few = fc.oneof(fc.constantFrom(0, 1, 9), fc.nat(20))
const spelled = (name: string) => fc.constantFrom(name, name.toUpperCase(), ` ${name} `)
const timed = (name: string) => fc.tuple(spelled(name), seconds).map(([n, s]) => `${n.trim()}=${s}`)
const list = (...members: fc.Arbitrary<string>[]) =>
  fc.array(fc.oneof(...members), { maxLength: 4 }).map((all) => all.join(', '))

const responseControl = list(
  ...['max-age', 's-maxage', 'stale-while-revalidate'].flatMap((name) => Array(6).fill(timed(name))),
  ...Array<fc.Arbitrary<string>>(6).fill(spelled('public')),
  ...['public', 'private', 'no-store', 'no-cache', 'must-revalidate', 'proxy-revalidate', 'immutable'].map(
    spelled,
  ),
  spelled('must-understand'),
)
const requestControl = list(
  ...['max-age', 'min-fresh', 'max-stale'].map(timed),
  ...['no-cache', 'no-store', 'max-stale'].map(spelled),
)
const date = (range: [number, number]) =>
  fc.integer({ min: range[0], max: range[1] }).map((delta) => formatHttpDate((NOW + delta) * 1000))
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const fields = <T extends Record<string, fc.Arbitrary<string | undefined>>>(shape: T) =>
  fc
    .record(shape)
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))

const request = fields({
  'cache-control': maybe(requestControl),
  pragma: maybe(fc.constant('no-cache')),
  authorization: maybe(fc.constant('Bearer a')),
  cookie: maybe(fc.constant('a=b')),
  'x-a': maybe(fc.constantFrom('1', '2')),
}) as fc.Arbitrary<Record<string, string>>

/** Most requests ask for nothing special. */
const plain = fc.oneof(
  { weight: 3, arbitrary: fc.constant({} as Record<string, string>) },
  { weight: 2, arbitrary: request },
)

const cases: fc.Arbitrary<Case> = fc.record({
  status: fc.constantFrom(200, 200, 200, 203, 204, 301, 302, 403, 404, 410, 500, 503),
  response: fields({
    'cache-control': maybe(responseControl),
    expires: maybe(fc.oneof(date([-100, 200]), fc.constantFrom('0', 'never'))),
    date: maybe(date([-20, 5])),
    age: fc.option(few.map(String), { nil: undefined, freq: 1 }),
    'last-modified': maybe(date([-3_000, 10])),
    pragma: maybe(fc.constant('no-cache')),
    vary: maybe(fc.constantFrom('x-a', 'X-A, Accept', '*')),
    'set-cookie': fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constant('a=b') },
    ),
  }) as fc.Arbitrary<Record<string, string>>,
  first: plain,
  second: plain,
  now: fc.constant(NOW),
  elapsed: fc.oneof(few, seconds),
})

describe('reuse, beside a second reading of RFC 9111', () => {
  it('is decided alike for any well-formed response, requests and times', () => {
    let reused = 0
    fc.assert(
      fc.property(cases, (it) => {
        const expected = mayReuse(it)
        if (expected) reused += 1
        expect(reuses(it)).to.equal(expected)
      }),
      { numRuns: 20_000 },
    )
    expect(reused).to.be.greaterThan(1_000)
  })
})
