import type { FrontLines } from './front-lines.ts'
import type { HttpPolicy } from './options.ts'

/** A field that is sent around what the cache makes, as it was sent: name, value, and whether it comes behind. */
export interface AroundField {
  readonly name: string
  readonly value: string | readonly string[]
  readonly behind: boolean
}

/** What was seen when the ordinary place sent a stored response. */
export interface SeenAround {
  /** Who saw it: another one after a reload, when other rules may hold. */
  readonly by: object
  /** The policy under which it was sent. */
  readonly policy: HttpPolicy
  readonly fields: readonly AroundField[]
  /** The same, to be compared. */
  readonly text: string
}

/**
 * Goes with a stored response whose route has opted in to front mode. Filled in when the ordinary place sends the
 * response; until then the front leaves it alone.
 */
export class FrontPass {
  /** Headers of the layers before the cache that are the same for all, lower case. */
  readonly constant: readonly string[]
  /** What was read to make the response: selectors of `observed-vary.ts`. */
  readonly observed: readonly string[]
  around: SeenAround | undefined
  /** What was seen the last time: more than what frameworks send of themselves must be seen twice. */
  seen: SeenAround | undefined
  /** Something before the cache makes a difference to it. */
  refused = false
  /** The head as it is sent whole; made when it is first sent in front. */
  lines: FrontLines | undefined

  constructor(constant: readonly string[], observed: readonly string[]) {
    this.constant = constant
    this.observed = observed
  }
}
