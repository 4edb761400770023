import { type Clock, type LocalBackend, Shortcut, type Slot } from '../../domain/index.ts'
import type { Engine } from './engine.ts'
import type { KeySpace } from './key-space.ts'
import { type Opener, openers } from './openers.ts'
import { order } from './order.ts'
import { openScopes } from './scope.ts'

/** The shortcut of a space whose backend has none: it never opens. */
export const NO_SHORTCUT: Shortcut = new Shortcut()

/** Shuts the shortcuts of one cache: by whoever changes something, and whenever its clock moves. */
export class Shutter implements Opener {
  /** Calls `shut` no more when the clock moves; undefined for a clock that does not say when it does. */
  readonly stop: (() => void) | undefined
  readonly #store: LocalBackend
  readonly #failed: (error: unknown) => void

  constructor(clock: Clock, store: LocalBackend, failed: (error: unknown) => void) {
    this.#store = store
    this.#failed = failed
    this.stop = clock.standing?.onMove(() => this.shut())
  }

  /** From here on hits take notice of what happens, until one of them finds that nothing does. */
  shut(): void {
    openers.delete(this)
    try {
      this.#store.shut?.()
    } catch (error) {
      this.#failed(error)
    }
  }
}

/** After a hit outside of any scope that shares its value: the next ones may be shorter. */
export function vouch(engine: Engine, space: KeySpace, slot: Slot, now: number): void {
  const { store, shutter, signals } = engine
  if (shutter.stop === undefined || store.vouch === undefined) return
  if (openScopes.count !== 0 || signals.hit !== null) return
  try {
    openers.add(shutter)
    store.vouch(space.local, slot, now, order.epoch)
  } catch (error) {
    engine.distrust(error)
  }
}
