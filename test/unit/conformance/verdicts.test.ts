import { expect } from 'chai'
import type { Exchange } from '../../conformance/observe.ts'
import type { RawRun } from '../../conformance/run.ts'
import type { Group, RawResult, Test } from '../../conformance/suite.ts'
import { count, differences, type Verdict, verdicts } from '../../conformance/verdicts.ts'

const FROM_CACHE: RawResult = ['Assertion', 'Response 2 comes from cache']

function suite(...tests: Partial<Test>[]): Group[] {
  const complete = tests.map((test) => ({ id: 'subject', name: 'subject', requests: [{}, {}], ...test }))
  return [{ id: 'group', name: 'group', tests: complete }]
}

function ran(results: Record<string, RawResult>, second?: Partial<Exchange>): RawRun {
  const exchanges = [
    { request: 1, status: 200, madeFor: 1 },
    { request: 2, status: 200, madeFor: 2, ...second },
  ]
  return { results, exchanges: { subject: exchanges }, mounted: true }
}

function judge(test: Partial<Test>, result: RawResult, second?: Partial<Exchange>): Verdict {
  const [verdict] = verdicts(suite(test), ran({ subject: result }, second))
  return verdict!
}

const mustNotReuse: Partial<Test> = { requests: [{}, { expected_type: 'not_cached' }] }
const mustValidate: Partial<Test> = { requests: [{}, { expected_type: 'etag_validated' }] }

describe('conformance verdicts', () => {
  it('takes a test without a kind as required', () => {
    expect(judge({}, true)).to.include({ kind: 'required', outcome: 'pass' })
  })

  it('tells a missed optimisation and a plain "no" from a failure', () => {
    expect(judge({ kind: 'optimal' }, FROM_CACHE).outcome).to.equal('not-optimal')
    expect(judge({ kind: 'check' }, FROM_CACHE).outcome).to.equal('no')
    expect(judge({}, FROM_CACHE).outcome).to.equal('fail')
  })

  it('counts a test neither as passed nor as failed when one that it depends on failed', () => {
    const groups = suite({ id: 'base' }, { id: 'subject', depends_on: ['base'] })
    const { required } = count(verdicts(groups, ran({ base: FROM_CACHE, subject: true })))
    expect(required).to.deep.equal({ pass: 0, fail: 1, dependency: 1, setup: 0, total: 2 })
  })

  it('calls a failed setup and a retried request setup problems', () => {
    expect(judge({}, ['Setup', 'Response 1 status is 500, not 200']).outcome).to.equal('setup')
    expect(judge({}, ['Setup', 'retry']).outcome).to.equal('retry')
  })

  it('finds reuse of a stored response where the test forbids it unsafe', () => {
    expect(judge(mustNotReuse, FROM_CACHE, { madeFor: 1 }).unsafe).to.equal(true)
    expect(judge(mustNotReuse, FROM_CACHE, { status: 304, madeFor: undefined }).unsafe).to.equal(true)
  })

  it('does not take an error page for reuse, although the suite words it so', () => {
    expect(judge(mustNotReuse, FROM_CACHE, { status: 500, madeFor: undefined }).unsafe).to.equal(false)
  })

  it('does not call reuse unsafe where the test allows it or is not about a requirement', () => {
    expect(judge({}, ['Assertion', 'Response 2 body is x'], { madeFor: 1 }).unsafe).to.equal(false)
    expect(judge({ ...mustNotReuse, kind: 'check' }, FROM_CACHE, { madeFor: 1 }).unsafe).to.equal(false)
  })

  it('finds an answer unsafe that should have been validated first and was not', () => {
    const unsent: RawResult = ['Assertion', "request 2 wasn't sent to server"]
    expect(judge(mustValidate, unsent, { madeFor: 1 }).unsafe).to.equal(true)
    expect(judge(mustValidate, ['Setup', "request 2 doesn't have if-none-match header"]).unsafe).to.equal(
      false,
    )
  })

  it('counts unsafe reuse although a dependency failed too', () => {
    const groups = suite({ id: 'base' }, { ...mustNotReuse, depends_on: ['base'] })
    const list = verdicts(groups, ran({ base: FROM_CACHE, subject: FROM_CACHE }, { madeFor: 1 }))
    expect(list[1]).to.include({ outcome: 'dependency', unsafe: true })
    expect(count(list).unsafe).to.equal(1)
  })

  it('lists the tests that end differently', () => {
    const groups = suite({ id: 'same' }, { id: 'other' })
    const lists = [ran({ same: true, other: true }), ran({ same: true, other: FROM_CACHE })].map((run) =>
      verdicts(groups, run),
    )
    expect(differences(...lists)).to.deep.equal([{ id: 'other', outcomes: ['pass', 'fail'] }])
  })
})
