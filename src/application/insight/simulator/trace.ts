/** Accesses in order. Keys are renumbered 0, 1, 2, ... by first appearance, so that a simulation needs no hash map. */
export interface Trace {
  readonly keys: Uint32Array
  /** How many different keys there are. */
  readonly distinct: number
}

/**
 * A trace of any keys. Two keys are one if a Map holds them equal.
 *
 * @example
 * traceOf(['/a', '/b', '/a']) // { keys: [0, 1, 0], distinct: 2 }
 */
export function traceOf(accesses: Iterable<string | number>): Trace {
  const numbers = new Map<string | number, number>()
  const keys: number[] = []
  for (const access of accesses) {
    let key = numbers.get(access)
    if (key === undefined) {
      key = numbers.size
      numbers.set(access, key)
    }
    keys.push(key)
  }
  return { keys: Uint32Array.from(keys), distinct: numbers.size }
}
