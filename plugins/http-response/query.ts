import type { HttpPolicy } from './options.ts'

/**
 * The target as the key has it, where the route says what its query means. Parameters are compared as they are
 * spelled: nothing is decoded, because the handler may tell apart whatever that would make equal.
 */
export function keyTarget(
  target: string,
  { sortQuery, allowQuery, dropQuery }: Pick<HttpPolicy, 'sortQuery' | 'allowQuery' | 'dropQuery'>,
): string {
  if (!sortQuery && allowQuery === undefined && dropQuery.length === 0) return target
  const at = target.indexOf('?')
  if (at === -1) return target
  const kept = target
    .slice(at + 1)
    .split('&')
    .filter((parameter) => {
      const name = parameter.split('=', 1)[0] ?? ''
      return (allowQuery === undefined || allowQuery.includes(name)) && !dropQuery.includes(name)
    })
  // By name alone, and stable: `a=1&a=2` is not `a=2&a=1`.
  if (sortQuery) kept.sort((a, b) => compare(a.split('=', 1)[0] ?? '', b.split('=', 1)[0] ?? ''))
  const path = target.slice(0, at)
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
