import {
  type CacheTtl,
  CallOptionError,
  cacheTtl,
  type Duration,
  describe,
  type LoadContext,
  tag,
  type Validators,
} from '../../domain/index.ts'
import type { Engine } from './engine.ts'
import type { Scope } from './scope.ts'

/** What a load returns that keeps the value it would replace. */
export const NOT_MODIFIED: unique symbol = Symbol('not modified')

/** What a load replaces, as the load sees it. */
export interface Replaced {
  readonly value: unknown
  readonly validators: Validators | undefined
}

/** The context of one load, and what the load said through it. */
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
  readonly #engine: Engine

  constructor(
    engine: Engine,
    scope: Scope,
    key: string,
    signal: AbortSignal,
    replaced: Replaced | undefined,
  ) {
    this.#engine = engine
    this.scope = scope
    this.key = key
    this.signal = signal
    this.stale = replaced?.value
    this.validators = replaced?.validators
  }

  ttl(duration: Duration): void {
    this.named = cacheTtl(duration, 'ttl')
  }

  tag(...tags: string[]): void {
    for (const name of tags) this.scope.add(this.#engine.tags.of(tag(name)))
  }

  skip(): void {
    this.skipped = true
  }

  validate(validators: Validators): void {
    if (typeof validators !== 'object' || validators === null) {
      throw new CallOptionError('validate', `expected { etag, lastModified }, got ${describe(validators)}.`)
    }
    const { etag, lastModified } = validators
    this.validated = { ...(etag && { etag }), ...(lastModified && { lastModified }) }
  }

  notModified(): never {
    if (this.stale === undefined) {
      throw new CallOptionError('notModified', 'there is no earlier value to keep; look at `stale` first.')
    }
    return NOT_MODIFIED as never
  }
}
