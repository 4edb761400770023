import {
  type CacheTtl,
  CallOptionError,
  cacheTtl,
  describe,
  type LoadContext,
  tag,
  type Validators,
} from '../../domain/index.ts'
import type { Haste } from './bulkhead.ts'
import type { Engine } from './engine.ts'
import type { Scope } from './scope.ts'

/** What a load returns that keeps the value it would replace. */
export const NOT_MODIFIED: unique symbol = Symbol('not modified')

/** What a load replaces, as the load sees it. */
export interface Replaced {
  readonly value: unknown
  readonly validators: Validators | undefined
}

/** The context of one load, and what the load said through it. Its functions may be taken out of it. */
export class Loading implements LoadContext {
  readonly key: string
  readonly signal: AbortSignal
  readonly stale: unknown
  readonly validators: Validators | undefined
  /** What the load said of the version it has loaded. */
  validated: Validators | undefined
  /** The lifetime that the load named. */
  named: CacheTtl | undefined
  skipped = false
  /** The scope of the load, for batches, whose work runs elsewhere. */
  readonly scope: Scope
  readonly haste: Haste
  readonly #engine: Engine

  constructor(
    engine: Engine,
    scope: Scope,
    key: string,
    signal: AbortSignal,
    replaced: Replaced | undefined,
    haste: Haste,
  ) {
    this.#engine = engine
    this.scope = scope
    this.haste = haste
    this.key = key
    this.signal = signal
    this.stale = replaced?.value
    this.validators = replaced?.validators
  }

  get ttl(): LoadContext['ttl'] {
    return (duration) => {
      this.named = cacheTtl(duration, 'ttl')
    }
  }

  get tag(): LoadContext['tag'] {
    return (...tags) => {
      for (const name of tags) this.scope.add(this.#engine.tags.of(tag(name)))
    }
  }

  get skip(): LoadContext['skip'] {
    return () => {
      this.skipped = true
    }
  }

  get validate(): LoadContext['validate'] {
    return (validators) => {
      if (typeof validators !== 'object' || validators === null) {
        throw new CallOptionError('validate', `expected { etag, lastModified }, got ${describe(validators)}.`)
      }
      const { etag, lastModified } = validators
      this.validated = { ...(etag && { etag }), ...(lastModified && { lastModified }) }
    }
  }

  get notModified(): LoadContext['notModified'] {
    return () => {
      if (this.stale !== undefined) return NOT_MODIFIED as never
      throw new CallOptionError('notModified', 'there is no earlier value to keep; look at `stale` first.')
    }
  }
}
