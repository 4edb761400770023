/*
 * Loads hold a place in the bulkhead of their cache while they wait for loads of another one. Were each of two caches to
 * wait for places of the other, both could wait for ever; so between any two, directly or by way of others, places are
 * waited for in one direction only: the one that was first.
 */

/** Whose places the loads of an engine wait for. Neither side is kept alive by it. */
class Targets {
  readonly #list: WeakRef<object>[] = []
  readonly #known = new WeakSet<object>()

  has(engine: object): boolean {
    return this.#known.has(engine)
  }

  add(engine: object): void {
    this.#known.add(engine)
    this.#list.push(new WeakRef(engine))
  }

  *[Symbol.iterator](): Iterator<object> {
    for (const ref of this.#list) {
      const engine = ref.deref()
      if (engine !== undefined) yield engine
    }
  }
}

const targetsOf = new WeakMap<object, Targets>()

/**
 * Whether a load of one engine may wait for a place of another. The first to ask decides for their order.
 *
 * @param from the owner of a load that is under way
 * @param to the engine whose place is asked for
 */
export function mayWaitFor(from: object, to: object): boolean {
  if (targetsOf.get(from)?.has(to) === true) return true
  if (isReached(from, to)) return false
  const targets = targetsOf.get(from) ?? new Targets()
  targetsOf.set(from, targets)
  targets.add(to)
  return true
}

function isReached(sought: object, start: object): boolean {
  const found = new Set([start])
  // A Set hands out what is added while it is walked.
  for (const engine of found) {
    if (engine === sought) return true
    for (const next of targetsOf.get(engine) ?? []) found.add(next)
  }
  return false
}
