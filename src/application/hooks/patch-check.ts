import { type HookPoints, type PointName, parseDuration } from '../../domain/index.ts'

type Check = (value: unknown) => boolean

const text: Check = (value) => typeof value === 'string'
const flag: Check = (value) => typeof value === 'boolean'
const texts: Check = (value) => Array.isArray(value) && value.every(text)
const tags: Check = (value) => texts(value) && !(value as string[]).includes('')
const lifetime: Check = (value) => parseDuration(value) !== undefined

/** What the engine relies on in what hooks return; a value may be anything. */
const CHECKS: { readonly [P in PointName]: { readonly [F in keyof HookPoints[P]]?: Check } } = {
  key: { key: text },
  lookup: { key: text, bypass: flag },
  load: { ttl: (value) => value === undefined || lifetime(value), tags },
  store: { ttl: lifetime, tags, veto: flag },
  encode: {},
  decode: {},
  invalidate: { tags, keys: texts, veto: flag },
}

/** The first field of a context that is not what it has to be: a hook is somebody else's code. */
export function wrongField<P extends PointName>(point: P, context: HookPoints[P]): string | undefined {
  const checks = Object.entries(CHECKS[point]) as [keyof HookPoints[P] & string, Check][]
  return checks.find(([field, check]) => !check(context[field]))?.[0]
}
