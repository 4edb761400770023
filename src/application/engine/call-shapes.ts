import {
  CallOptionError,
  type CallOptions,
  describe,
  type GetOrSetRequest,
  type Load,
} from '../../domain/index.ts'

/**
 * The load of a getOrSet in either of its forms.
 *
 * @throws CallOptionError for what is no load, and for arguments beside the one object, which nobody would look at
 */
export function loadOf<T>(
  request: GetOrSetRequest<T> | undefined,
  load: Load<T> | undefined,
  options: CallOptions | undefined,
): Load<T> {
  if (request !== undefined && (load !== undefined || options !== undefined)) {
    throw new CallOptionError(
      'getOrSet',
      "takes nothing beside its one object. Options go into the object: getOrSet({ key, load, ttl: '5m' }).",
    )
  }
  const run = request === undefined ? load : request.load
  if (typeof run === 'function') return run
  throw new CallOptionError('load', `expected a function that loads the value, got ${describe(run)}.`)
}

type Pair<V> = readonly [key: string, value: V]

/** What setMany takes, as a list. A string of two characters is iterable, too. @throws CallOptionError */
export function checkedPairs<V>(entries: Iterable<Pair<V>>): readonly Pair<V>[] {
  if (typeof entries !== 'object' || typeof entries?.[Symbol.iterator] !== 'function') throw noPairs(entries)
  const pairs = [...entries]
  for (const pair of pairs as unknown[])
    if (!Array.isArray(pair) || pair.length !== 2) throw noPairs(pair, ' among them')
  return pairs
}

function noPairs(got: unknown, where = ''): CallOptionError {
  const expected = 'expected pairs [key, value], as a Map and Object.entries(values) have them'
  return new CallOptionError('entries', `${expected}, got ${describe(got)}${where}.`)
}
