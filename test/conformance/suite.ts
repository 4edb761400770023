import { allGroups, type Group, type RawResult, type Test } from './public-suite.ts'

export type { Group, RawResult, Test }
export type Kind = NonNullable<Test['kind']>

/**
 * The tests that apply to a cache in front of an origin: the suite itself leaves out `browser_only` when no
 * browser is under test.
 */
export const groups: readonly Group[] = allGroups
  .map((group) => ({ ...group, tests: group.tests.filter((test) => test.browser_only !== true) }))
  .filter((group) => group.tests.length > 0)

export const tests: readonly Test[] = groups.flatMap((group) => group.tests)

export function kindOf(test: Test): Kind {
  return test.kind ?? 'required'
}

/** The named tests and all that they depend on, since a verdict needs those too. */
export function withDependencies(ids: readonly string[]): ReadonlySet<string> {
  const byId = new Map(tests.map((test) => [test.id, test]))
  const wanted = new Set<string>()
  const visit = (id: string): void => {
    const test = byId.get(id)
    if (test === undefined) throw new Error(`http-cache-tests has no test '${id}'`)
    if (wanted.has(id)) return
    wanted.add(id)
    test.depends_on?.forEach(visit)
  }
  ids.forEach(visit)
  return wanted
}
