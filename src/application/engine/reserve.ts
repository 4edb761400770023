import type { Slot, TagRecord, Validators } from '../../domain/index.ts'
import type { Engine } from './engine.ts'
import type { KeySpace } from './key-space.ts'

/** An entry at hand, with what it was made from, so that it can be served even if it is evicted meanwhile. */
export interface Reserve {
  readonly slot: Slot
  readonly value: unknown
  readonly copy: number
  readonly freshUntil: number
  readonly deps: readonly TagRecord[] | undefined
  readonly validators: Validators | undefined
}

export function reserveOf({ store }: Engine, slot: Slot): Reserve {
  return {
    slot,
    value: store.value(slot),
    copy: store.copyKind(slot),
    freshUntil: store.freshUntil(slot),
    deps: store.deps(slot),
    validators: store.extras(slot)?.validators as Validators | undefined,
  }
}

/** Whether it may be served now, so long after the end of its freshness. */
export function isWithin(engine: Engine, reserve: Reserve, window: number): boolean {
  return engine.clock.now() < reserve.freshUntil + window
}

/** It may be served later only if it is still the entry and nothing it depends on changed meanwhile. */
export function isStillCurrent(engine: Engine, space: KeySpace, key: string, reserve: Reserve): boolean {
  const slot = space.local.index.get(key)
  try {
    return slot === reserve.slot && engine.store.value(slot) === reserve.value && engine.isCurrent(slot)
  } catch (error) {
    engine.distrust(error)
    return false
  }
}
