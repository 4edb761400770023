import type { Slot, TagRecord } from '../../domain/index.ts'
import type { Engine } from './engine.ts'
import type { Generation } from './generation.ts'
import type { KeySpace } from './key-space.ts'
import { settleAll } from './openers.ts'
import { change, order } from './order.ts'
import { currentScope } from './scope.ts'

/** Which entries of a namespace a purge means: those of some keys, or those that depend on some tags. */
export interface PurgeTarget {
  readonly tags: readonly string[]
  readonly matches: (key: string) => boolean
  /**
   * Called with each entry's value in place of dropping it: the entries outlive the purge, though not the next one.
   * True: its freshness ends now. Undefined: they are dropped.
   */
  readonly soften?: ((value: unknown) => boolean) | undefined
}

/** Keys looked at in one go: about a millisecond of work. */
const SLICE = 1_024

/**
 * Purges what can only be found by looking at every key: first, at once, the flights under way; then the key records,
 * because what is being made beside its key's flight depends on one, and so does what is stored under another key; then
 * the entries. In slices between which the event loop goes on: O(records + entries) in all, and no memory but for the soft
 * purge, which notes what it found. Resolves when nothing that was there before can be served as fresh.
 *
 * A soft purge marks what it found as changed at its end, in one go, and the found entries as good after that point: so
 * they live on, while everything else that was made from the same tags is dead and a load under way cannot store.
 */
export async function purgeWhere(engine: Engine, space: KeySpace, target: PurgeTarget): Promise<void> {
  const { tags, matches, soften } = target
  currentScope()?.forget(undefined)
  fenceFlights(space, matches)
  const changed = new Set<TagRecord>(tags.map((name) => engine.tags.of(name)))
  await inSlices(space.keys.values(), (record) => {
    if (!matches(record.name)) return
    changed.add(record)
    if (soften === undefined) change([record])
  })
  if (soften === undefined) change(changed)
  const found = new Set<string>()
  const visit = (slot: Slot): void => {
    const seen = entryIn(engine, slot)
    if (seen?.key === undefined) return
    const { key, deps } = seen
    if (!matches(key) && deps?.some((record) => changed.has(record)) !== true) return
    if (soften !== undefined) return void found.add(key)
    engine.discard(slot, 'deleted')
    // It may have been read since its record was looked for; what was made from it is outdated.
    const record = matches(key) ? space.keys.get(key) : undefined
    if (record !== undefined) change([record])
  }
  // A new generation may have moved entries to other slots.
  for (let during: Generation | undefined; during !== engine.generation; ) {
    during = engine.generation
    await inSlices(slotsOf(engine, space), visit)
  }
  if (soften !== undefined) softenAll(engine, space, { found, changed, matches, soften })
  engine.sweeper.invalidated()
  engine.counters.invalidations += 1
}

/** Undefined if the store has failed: then the entry is forgotten with all others. */
function entryIn(
  engine: Engine,
  slot: Slot,
): { readonly key: string | undefined; readonly deps: readonly TagRecord[] | undefined } | undefined {
  try {
    return { key: engine.store.keyOf(slot), deps: engine.store.deps(slot) }
  } catch (error) {
    engine.distrust(error)
    return undefined
  }
}

function fenceFlights(space: KeySpace, matches: PurgeTarget['matches']): void {
  for (const [key, flight] of space.flights) {
    if (!matches(key)) continue
    flight.fenced = true
    space.flights.delete(key)
  }
}

interface Softening {
  readonly found: ReadonlySet<string>
  readonly changed: ReadonlySet<TagRecord>
  readonly matches: PurgeTarget['matches']
  readonly soften: (value: unknown) => boolean
}

function softenAll(engine: Engine, space: KeySpace, softening: Softening): void {
  const { found, changed, matches, soften } = softening
  const { store } = engine
  const slots = [...found].map((key) => engine.find(space, key)).filter((slot) => slot !== 0)
  // What was read through shortcuts has its records only then.
  settleAll()
  const read = [...found].flatMap((key) => (matches(key) ? (space.keys.get(key) ?? []) : []))
  change([...changed, ...read])
  try {
    for (const slot of slots) store.verify(slot, order.epoch)
    for (const slot of slots) if (soften(store.value(slot))) store.expire(slot, engine.clock.now())
  } catch (error) {
    engine.distrust(error)
  }
  engine.sweeper.stored()
}

/** Every slot, and 0 in the place of those that hold nothing of this namespace: they cost time, too. */
function* slotsOf(engine: Engine, { local }: KeySpace): Iterable<Slot> {
  for (let slot = 1; slot <= engine.store.reach; slot++) {
    const key = entryIn(engine, slot)?.key
    yield key !== undefined && local.index.get(key) === slot ? slot : 0
  }
}

async function inSlices<T extends Slot | TagRecord>(
  all: Iterable<T>,
  visit: (each: T) => void,
): Promise<void> {
  let looked = 0
  for (const each of all) {
    if (each !== 0) visit(each)
    looked += 1
    if (looked % SLICE === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}
