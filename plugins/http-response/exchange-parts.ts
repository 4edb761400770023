import type { Pending, SurfacePort } from '../../src/application/index.ts'
import type { Substitute } from './answer-substitute.ts'
import type { Serve } from './coded-answers.ts'
import type { ObservedHeaders } from './observed-headers.ts'
import type { HttpPolicy } from './options.ts'
import type { ForwardReason, GroupScope, HeaderFields, RequestView } from './rules/index.ts'
import type { StoredResponse } from './stored-response.ts'

/** What an exchange needs of the surface that began it. */
export interface ExchangeParts {
  readonly port: SurfacePort
  readonly pending: Pending
  readonly request: RequestView
  readonly policy: HttpPolicy
  readonly reason: ForwardReason
  /** It has waited for another request's answer, in vain. */
  readonly collapsed: boolean
  /** The last answer of this URL could be shared, so this one probably can. */
  readonly promising: boolean
  /** The response that the handler may confirm, and whether it may stand in for one that fails. */
  readonly stored:
    | { readonly response: StoredResponse; readonly key: string; readonly asReserve: boolean }
    | undefined
  /** The key under which the answer is asked for; shown to who wants to debug. */
  readonly key: string
  /** Whether private answers can be kept for who asked. */
  readonly principal: boolean
  /** Where the groups that its answer names are known. */
  readonly scope: GroupScope
  readonly serve: Serve
  /** Keeps the whole response; tells whether it was kept. */
  readonly keep: (
    response: StoredResponse,
    forOneUser: boolean,
    policy: HttpPolicy,
  ) => boolean | Promise<boolean>
  /** Notes what the handler reads of its request; undefined where nobody wants to know. */
  readonly observed?: ObservedHeaders | undefined
  /** Warns of what was read; `headers` are those of the answer. */
  readonly tell?: ((headers: HeaderFields, policy: HttpPolicy) => void) | undefined
  /** The answer cannot be shared: nobody should wait for the next one. */
  readonly giveUp: () => void
}

/** What the cache does to the head of an answer on its way to the client. */
export interface AddedHead {
  /** Names to add to Vary. */
  readonly vary: readonly string[]
  /** The member to append to Cache-Status. */
  readonly cacheStatus: string | undefined
  /** Fields that are not sent on. */
  readonly remove: readonly string[]
  /** Sent in place of what the handler made, head and body; nothing else is to be done then. */
  readonly instead: Substitute | undefined
}

/** What is done where there is nothing to do. */
export const NOTHING: AddedHead = { vary: [], cacheStatus: undefined, remove: [], instead: undefined }
