import { type Clock, type LocalBackend, Shortcut, type Slot } from '../../domain/index.ts'
import type { Engine } from './engine.ts'
import type { KeySpace } from './key-space.ts'
import { type Opener, openers } from './openers.ts'
import { order } from './order.ts'
import type { Scope } from './scope.ts'

/** The shortcut of a space whose backend has none: it never opens. */
export const NO_SHORTCUT: Shortcut = new Shortcut()

/** Shuts the shortcuts of one cache: by whoever changes something, and whenever its clock moves. */
export class Shutter implements Opener {
  /** True while a shortcut may be open: not with a clock that does not say when it moves, nor after the end. */
  mayOpen: boolean
  readonly #unlisten: (() => void) | undefined
  readonly #store: LocalBackend
  readonly #failed: (error: unknown) => void

  constructor(clock: Clock, store: LocalBackend, failed: (error: unknown) => void) {
    this.#store = store
    this.#failed = failed
    this.#unlisten = clock.standing?.onMove(() => this.shut())
    this.mayOpen = this.#unlisten !== undefined
  }

  /** The cache is closed: the clock, and the list of those who may have a shortcut open, let go of it. */
  end(): void {
    this.mayOpen = false
    this.#unlisten?.()
    this.shut()
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

  settle(): void {
    if (this.#store.settle === undefined) return this.shut()
    try {
      this.#store.settle()
    } catch (error) {
      openers.delete(this)
      this.#failed(error)
    }
  }
}

/** After a hit in the current generation that shares its value: the next ones may be shorter. */
export function vouch(engine: Engine, space: KeySpace, slot: Slot, now: number): void {
  const { store, shutter, signals } = engine
  if (!shutter.mayOpen || store.vouch === undefined) return
  if (signals.hit !== null) return
  try {
    openers.add(shutter)
    store.vouch(space.local, slot, now, order.epoch)
  } catch (error) {
    engine.distrust(error)
  }
}

/**
 * Lets the next hits of a shortcut be those of a scope. Not, if the scope belongs to another generation, or may have been
 * answered otherwise before; neither can come to be while the shortcut is open.
 */
export function mayFollow(engine: Engine, shortcut: Shortcut, scope: Scope | undefined): boolean {
  if (scope !== undefined) {
    if (scope.stored !== order.stored || engine.generationFor(scope) !== engine.generation) return false
    scope.expectNotes()
  }
  shortcut.follow(scope)
  return true
}
