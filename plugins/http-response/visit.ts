import type { HttpRequest, PageKeys } from './keys.ts'
import type { HttpPolicy } from './options.ts'

/**
 * A request at the cache. A class, as all that is made for each request and holds on to it: when many records of one
 * literal have lived long, as those of misses do, V8 puts all of that literal straight into its old space (pretenuring),
 * and there the records of hits keep whatever their requests hold through every minor collection.
 */
export class Visit {
  readonly request: HttpRequest
  readonly policy: HttpPolicy
  readonly keys: PageKeys
  /** It has waited for another one's answer already, or for a refresh. */
  readonly waited: boolean

  constructor(request: HttpRequest, policy: HttpPolicy, keys: PageKeys, waited = false) {
    this.request = request
    this.policy = policy
    this.keys = keys
    this.waited = waited
  }

  /** The same after it has waited. */
  again(): Visit {
    return new Visit(this.request, this.policy, this.keys, true)
  }
}
