import { expect } from 'chai'
import {
  decideReuse,
  type Freshness,
  formatHttpDate,
  freshnessOf,
  type HeaderFields,
  primaryKey,
  responseControl,
  selectingKey,
  storability,
  varyNames,
} from '../../../../../plugins/http-response/rules/index.ts'
import { type Step, allGroups as suites, type Test } from '../../../../conformance/public-suite.ts'

/**
 * The public cache tests (test/fixtures/http-cache-tests) played against the rules alone: a map, a clock that is moved
 * by hand and no server. The real run against both adapters belongs to the conformance tests; this one is milliseconds
 * long and names the rule that broke.
 */
const GROUPS = [
  'cc-freshness',
  'cc-parse',
  'age-parse',
  'expires',
  'expires-parse',
  'cc-response',
  'heuristic',
  'status',
  'vary',
  'vary-parse',
  'auth',
  'other',
]

/** Where the rules decide otherwise, and why. */
const DEVIATIONS: ReadonlyMap<string, string> = new Map([
  ['heuristic-501-cached', '5xx are not stored by default; see storability.ts'],
  ['heuristic-599-cached', '5xx are not stored by default'],
  ['status-400-fresh', 'a refusal of the request is never stored; see status-codes.ts'],
  ['status-500-fresh', '5xx are not stored by default'],
  ['status-502-fresh', '5xx are not stored by default'],
  ['status-503-fresh', '5xx are not stored by default'],
  ['status-504-fresh', '5xx are not stored by default'],
  ['status-599-fresh', '5xx are not stored by default'],
  ['other-set-cookie', 'Set-Cookie is never stored'],
  ['vary-normalise-lang-order', 'order is preference; see vary.ts'],
  ['vary-normalise-lang-select', 'needs Content-Language, a later step'],
])

const START = Date.UTC(2026, 10, 22, 12)
const DATES = new Set(['date', 'expires', 'last-modified', 'if-modified-since'])

const fields = (list: Step['response_headers'], now: number): HeaderFields => {
  const headers: Record<string, string | string[]> = { date: formatHttpDate(now) }
  const seen = new Set<string>()
  for (const [given, value] of list ?? []) {
    const name = given.toLowerCase()
    const text =
      DATES.has(name) && typeof value === 'number' ? formatHttpDate(now + value * 1000) : String(value)
    const before = headers[name]
    headers[name] = seen.has(name) && before !== undefined ? [before, text].flat() : text
    seen.add(name)
  }
  return headers
}

/** Plays one test; the answers' kinds, in order. */
const play = (requests: readonly Step[], serverErrors: boolean): ('cached' | 'not_cached')[] => {
  const variants: { key: string; names: readonly string[]; selecting: string; freshness: Freshness }[] = []
  let now = START
  return requests.map((step) => {
    const { date: _, ...headers } = fields(step.request_headers, now) as Record<string, string>
    const view = {
      method: step.request_method ?? 'GET',
      target: `/${step.query_arg ?? ''}`,
      host: 'a',
      headers,
    }
    const key = primaryKey(view)
    const found = variants.find(
      (one) => one.key === key && selectingKey(one.names, headers) === one.selecting,
    )
    const decision = decideReuse(view, found?.freshness, now)
    if (decision.kind !== 'hit') {
      const response = {
        status: step.response_status?.[0] ?? 200,
        headers: fields(step.response_headers, now),
      }
      const control = responseControl(response.headers)
      const freshness = freshnessOf(response, control, { requestTime: now, responseTime: now })
      const names = varyNames(response.headers)
      const verdict = storability(
        { request: view, response, control, freshness, complete: true },
        { explicitErrors: serverErrors },
      )
      if (verdict.store && names !== '*')
        variants.unshift({ key, names, selecting: selectingKey(names, headers), freshness })
    }
    now += step.pause_after ? 3_000 : 200
    return decision.kind === 'hit' ? 'cached' : 'not_cached'
  })
}

const playable = (test: Test): boolean =>
  test.kind !== 'check' &&
  test.browser_only !== true &&
  test.requests.every(
    (step) => typeof step !== 'function' && !/validated/.test(step.expected_type ?? '') && !step.disconnect,
  )

describe('the public cache tests, against the rules alone', () => {
  let played = 0

  for (const suite of suites.filter(({ id }) => GROUPS.includes(id))) {
    for (const test of suite.tests.filter(playable)) {
      const steps = test.requests as readonly Step[]
      const deviation = DEVIATIONS.get(test.id)
      it(`${test.id}${deviation === undefined ? '' : ` (deviates: ${deviation})`}`, () => {
        played++
        const kinds = play(steps, false)
        const wrong = steps.some(
          (step, index) => step.expected_type !== undefined && step.expected_type !== kinds[index],
        )
        expect(wrong).to.equal(deviation !== undefined)
        // Whatever deviates, deviates by asking the handler, never by reusing.
        for (const [index, step] of steps.entries()) {
          if (step.expected_type === 'not_cached') expect(kinds[index]).to.equal('not_cached')
        }
      })
    }
  }

  it('stores 5xx with a lifetime of their own when asked to', () => {
    const tests = suites.flatMap((suite) => suite.tests).filter(({ id }) => /^status-5\d\d-fresh$/.test(id))
    expect(tests).to.have.length(5)
    for (const test of tests)
      expect(play(test.requests as Step[], true), test.id).to.deep.equal(['not_cached', 'cached'])
  })

  it('were there to be played', () => {
    expect(played).to.be.greaterThan(120)
  })
})
