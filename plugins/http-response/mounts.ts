import type { Cache } from '../../src/domain/index.ts'
import type { HttpPolicy } from './options.ts'

/** Where the policies of a mount and of its routes are found, as they are now. */
export type Policies = () => readonly HttpPolicy[]

const mounts = new WeakMap<Cache, Set<Policies>>()
let changes = 0

/** Another number whenever a mount or a route has come, whosever it is. */
export function version(): number {
  return changes
}

/** A mount has another route. */
export function routeAdded(): void {
  changes += 1
}

/** A mount begins to serve pages of this cache: its policies say how URLs become keys. */
export function knowMount(cache: Cache, policies: Policies): void {
  mounts.set(cache, (mounts.get(cache) ?? new Set()).add(policies))
  changes += 1
}

/** The policies of all mounts that serve pages of this cache, each once. */
export function policiesOf(cache: Cache): readonly HttpPolicy[] {
  return [...new Set([...(mounts.get(cache) ?? [])].flatMap((policies) => policies()))]
}
