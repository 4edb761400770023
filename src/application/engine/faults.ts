import { HithertoError, type SignalName, StoreError } from '../../domain/index.ts'
import type { Engine } from './engine.ts'
import { change } from './order.ts'
import { currentScope } from './scope.ts'

/** Where faults end: they are counted and told of, and no caller sees them. */
export class Faults {
  readonly #onError: (error: unknown) => void
  #reporting = false
  #distrusting = false

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /**
   * A fault of a listener of the error signal goes to onError only: telling the listener of its own failure would
   * never end.
   */
  report(engine: Engine, error: unknown, from: SignalName | undefined): void {
    const { counters, signals } = engine
    counters.errors += 1
    if (error instanceof HithertoError && error.code === 'HITHERTO_HOOK_FAILED') counters.hookErrors += 1
    // What onError itself causes to be reported is counted, and no more.
    if (this.#reporting) return
    this.#reporting = true
    try {
      tell(this.#onError, error)
    } finally {
      this.#reporting = false
    }
    if (from !== 'error') signals.error?.({ error, correlation: currentScope()?.correlation ?? 0 })
  }

  /**
   * The store has thrown: what it holds, and what it has told, may be anything. All that is stored is as if it were not
   * there, and what is being made will not be stored.
   */
  distrust(engine: Engine, error: unknown): void {
    change(engine.root.lineage)
    // Whoever hears of it may ask the store again.
    if (this.#distrusting) {
      engine.counters.errors += 1
      return
    }
    this.#distrusting = true
    try {
      engine.sweeper.invalidated()
      this.report(engine, new StoreError(engine.store.name, error), undefined)
    } finally {
      this.#distrusting = false
    }
  }
}

/** onError is the last resort: if it fails, there is nobody left to tell. */
function tell(onError: (error: unknown) => unknown, error: unknown): void {
  try {
    const told = onError(error)
    if (told instanceof Promise) told.catch(() => {})
  } catch {
    // See above.
  }
}
