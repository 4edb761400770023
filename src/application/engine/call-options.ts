import {
  type BatchOptions,
  CallOptionError,
  type CallOptions,
  describe,
  type GetOrSetRequest,
  nearestNames,
  type SetOptions,
} from '../../domain/index.ts'

/** A record and not a list, so that the compiler sees that each option is in it. */
type Names<O> = Readonly<Record<keyof O, true>>

const OF_SET: Names<SetOptions> = {
  ttl: true,
  staleWhileRevalidate: true,
  staleIfError: true,
  jitter: true,
  clone: true,
  refreshAhead: true,
  sliding: true,
  tags: true,
  size: true,
}

const OF_LOAD: Names<CallOptions> = {
  ...OF_SET,
  timeout: true,
  negativeTtl: true,
  errorBackoff: true,
  consistent: true,
  forceRefresh: true,
  bypass: true,
  signal: true,
}

const { signal, ...SHARED } = OF_LOAD
const OF_BATCH: Names<BatchOptions> = { ...SHARED, maxBatch: true }
const OF_REQUEST: Names<GetOrSetRequest<unknown>> = { ...OF_LOAD, key: true, load: true }

/** What each kind of call takes. */
export const SET_OPTIONS: ReadonlySet<string> = new Set(Object.keys(OF_SET))
export const LOAD_OPTIONS: ReadonlySet<string> = new Set(Object.keys(OF_LOAD))
export const BATCH_OPTIONS: ReadonlySet<string> = new Set(Object.keys(OF_BATCH))
const REQUEST_OPTIONS: ReadonlySet<string> = new Set(Object.keys(OF_REQUEST))

/** The options of a getOrSet in either of its forms: in the one object they stand beside its key and load. */
export function optionsOfLoad(options: object | undefined): ReadonlySet<string> {
  return (options as Partial<GetOrSetRequest<unknown>> | undefined | null)?.load === undefined
    ? LOAD_OPTIONS
    : REQUEST_OPTIONS
}

/**
 * An option that is undefined is as one that is not there, whatever it is called: wrappers pass on what they may have.
 *
 * @throws CallOptionError for what is no object, and for an option that is none of the known, inherited ones included
 */
export function mustBeKnown(options: object, known: ReadonlySet<string>): void {
  if (typeof options !== 'object' || options === null) {
    throw new CallOptionError('options', `expected an object, got ${describe(options)}.`)
  }
  for (const name in options) {
    if (!known.has(name) && (options as Readonly<Record<string, unknown>>)[name] !== undefined)
      throw unknownOption(name, [...known])
  }
}

function unknownOption(name: string, known: readonly string[]): CallOptionError {
  const nearest = nearestNames(name, known)
  const hint = nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : `Known: ${known.join(', ')}.`
  return new CallOptionError(name, `there is no such option. ${hint}`)
}
