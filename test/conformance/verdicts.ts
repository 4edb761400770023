import { type Exchange, wasReused } from './observe.ts'
import { determineTestResult } from './public-suite.ts'
import type { RawRun } from './run.ts'
import { type Group, type Kind, kindOf, type RawResult, type Test } from './suite.ts'

/** `dependency`: a test that this one builds on did not pass, so it says nothing. */
export type Outcome =
  | 'pass'
  | 'fail'
  | 'not-optimal'
  | 'yes'
  | 'no'
  | 'setup'
  | 'retry'
  | 'harness'
  | 'dependency'
  | 'untested'

export interface Verdict {
  readonly id: string
  readonly name: string
  readonly group: string
  readonly kind: Kind
  readonly outcome: Outcome
  /** The suite's message when the test's own steps did not all succeed. */
  readonly message: string | undefined
  /** A required test in which a stored response was reused although it must not be. */
  readonly unsafe: boolean
}

export interface Counts {
  readonly required: Readonly<Record<'pass' | 'fail' | 'dependency' | 'setup' | 'total', number>>
  readonly optimal: Readonly<Record<'pass' | 'total', number>>
  readonly check: Readonly<Record<'yes' | 'no', number>>
  readonly unsafe: number
}

// The suite's results are told apart by the symbol that its command line prints.
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  '✅': 'pass',
  '⛔️': 'fail',
  '⚠️': 'not-optimal',
  Y: 'yes',
  N: 'no',
  '🔹': 'setup',
  '↻': 'retry',
  '⁉️': 'harness',
  '⚪️': 'dependency',
  '-': 'untested',
}

export function verdicts(groups: readonly Group[], run: RawRun): Verdict[] {
  return groups.flatMap((group) =>
    group.tests.map((test) => {
      const result = run.results[test.id]
      const [, , symbol] = determineTestResult(groups, test.id, run.results)
      const outcome = OUTCOMES[symbol]
      if (outcome === undefined) throw new Error(`unknown result '${symbol}' for test '${test.id}'`)
      return {
        id: test.id,
        name: test.name,
        group: group.id,
        kind: kindOf(test),
        outcome,
        message: messageOf(result),
        unsafe: kindOf(test) === 'required' && isUnsafe(test, result, run.exchanges[test.id] ?? []),
      }
    }),
  )
}

/**
 * Counted whether or not the test's dependencies passed: a cache that reuses what it must not is no safer for
 * failing an easier test as well.
 */
function isUnsafe(test: Test, result: RawResult | undefined, exchanges: readonly Exchange[]): boolean {
  if (result === undefined || result === true) return false
  // The suite says this only where the stored response had to be validated with the origin first.
  if (/^request \d+ wasn't sent to server$/.test(result[1])) return true
  return exchanges.some(
    (exchange) => test.requests[exchange.request - 1]?.expected_type === 'not_cached' && wasReused(exchange),
  )
}

function messageOf(result: RawResult | undefined): string | undefined {
  return result === undefined || result === true ? undefined : `${result[0]}: ${result[1]}`
}

export function count(list: readonly Verdict[]): Counts {
  const of = (kind: Kind, ...outcomes: Outcome[]): number =>
    list.filter((verdict) => verdict.kind === kind && outcomes.includes(verdict.outcome)).length
  const total = (kind: Kind): number => list.filter((verdict) => verdict.kind === kind).length
  return {
    required: {
      pass: of('required', 'pass'),
      fail: of('required', 'fail'),
      dependency: of('required', 'dependency'),
      setup: of('required', 'setup', 'retry', 'harness', 'untested'),
      total: total('required'),
    },
    optimal: { pass: of('optimal', 'pass'), total: total('optimal') },
    check: { yes: of('check', 'yes'), no: of('check', 'no') },
    unsafe: list.filter((verdict) => verdict.unsafe).length,
  }
}

export interface Difference {
  readonly id: string
  readonly outcomes: readonly Outcome[]
}

/** Tests whose outcome is not the same in every list. */
export function differences(...lists: readonly (readonly Verdict[])[]): Difference[] {
  const [first = []] = lists
  const byId = lists.map((list) => new Map(list.map((verdict) => [verdict.id, verdict.outcome])))
  return first
    .map(({ id }) => ({ id, outcomes: byId.map((outcomes) => outcomes.get(id) ?? 'untested') }))
    .filter(({ outcomes }) => new Set(outcomes).size > 1)
}
