import type { HttpPolicy } from './options.ts'
import { queryKey } from './rules/index.ts'

/** The target as the key has it, where the route says what its query means. */
export function keyTarget(
  target: string,
  { sortQuery, allowQuery, dropQuery }: Pick<HttpPolicy, 'sortQuery' | 'allowQuery' | 'dropQuery'>,
): string {
  return queryKey(target, { sort: sortQuery, allow: allowQuery, drop: dropQuery })
}
