import { type CacheTtl, cacheTtl, type Duration, type LoadContext, tag } from '../../domain/index.ts'
import type { Engine } from './engine.ts'
import type { Scope } from './scope.ts'

/** The context of one load, and what the load said through it. */
export class Loading implements LoadContext {
  readonly key: string
  readonly signal: AbortSignal
  readonly stale: unknown
  /** The lifetime that the load named. */
  named: CacheTtl | undefined
  skipped = false
  readonly #engine: Engine
  readonly #scope: Scope

  constructor(engine: Engine, scope: Scope, key: string, signal: AbortSignal, stale: unknown) {
    this.#engine = engine
    this.#scope = scope
    this.key = key
    this.signal = signal
    this.stale = stale
  }

  ttl(duration: Duration): void {
    this.named = cacheTtl(duration, 'ttl')
  }

  tag(...tags: string[]): void {
    for (const name of tags) this.#scope.add(this.#engine.tags.of(tag(name)))
  }

  skip(): void {
    this.skipped = true
  }
}
