import type { Cache, LocalSpace, TagRecord } from '../../domain/index.ts'
import type { Failure } from './back-off.ts'
import { SpaceCounters } from './counters.ts'
import type { Flight } from './flight.ts'
import { type KeyRecords, keyRecords } from './tag-table.ts'
import { WriteTurns } from './write-turns.ts'

/** A namespace: its part of the store, its flights, and the records that its entries depend on without saying so. */
export interface KeySpace {
  readonly name: string
  readonly local: LocalSpace
  /** The records of this namespace and of those around it; `clear` changes the first one. Never dropped. */
  readonly lineage: readonly TagRecord[]
  readonly flights: Map<string, Flight>
  /** Loads that failed lately, where a back-off was asked for. */
  readonly failures: Map<string, Failure>
  readonly keys: KeyRecords
  readonly turns: WriteTurns
  readonly counters: SpaceCounters
  /** Through what the cache is used here: counters are summed up by it. */
  surface: string
  /** The one view of this namespace, so that asking for it twice gives the same cache. */
  view: Cache | undefined
}

/** The name of a namespace inside another one. JSON keeps nested names apart whatever characters they hold. */
export function nestedName(around: string, name: string): string {
  const path = around === '' ? [] : (JSON.parse(around) as string[])
  return JSON.stringify([...path, name])
}

/** A namespace is a tag, but one that the bounded tag table does not forget. */
export function keySpace(name: string, local: LocalSpace, around: KeySpace | undefined): KeySpace {
  const own: TagRecord = { name: `namespace:${name}`, changed: 0, uses: 1, seenBy: 0 }
  return {
    name,
    local,
    lineage: [own, ...(around?.lineage ?? [])],
    flights: new Map(),
    failures: new Map(),
    keys: keyRecords(),
    turns: new WriteTurns(),
    counters: new SpaceCounters(),
    surface: around?.surface ?? 'cache',
    view: undefined,
  }
}
