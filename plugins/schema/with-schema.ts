import { surfacePort } from '../../src/application/index.ts'
import { type Cache, CallOptionError, describe, nearestNames } from '../../src/domain/index.ts'
import { FormerVersions } from './former-versions.ts'
import type { Migrate, SchemaCache, SchemaOptions } from './schema-cache.ts'
import { SchemaView } from './schema-view.ts'
import { type InputOf, mustBeSchema, type OutputOf, type StandardSchema } from './standard-schema.ts'

/**
 * A typed view of a cache or a namespace: a value goes in only if it passes the schema, and what is stored is what the
 * schema made of it, so hits cost what they cost without. Entries of different versions never mix: each version has a
 * namespace of its own in `cache`.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID` for what is no schema, a wrong option, and a version that another
 *   schema has in this cache; NotACacheError `HITHERTO_NOT_A_CACHE`
 * @example
 * const users = withSchema(cache.namespace('users'), z.object({ id: z.number(), name: z.string() }), {
 *   version: 2,
 *   migrate: { 1: (old) => ({ id: 0, ...(old as object), name: 'unknown' }) },
 * })
 * const user = await users.getOrSet('42', () => api.user(42), { ttl: '5m' })
 */
export function withSchema<S extends StandardSchema>(
  cache: Cache,
  schema: S,
  options: SchemaOptions<InputOf<S>>,
): SchemaCache<InputOf<S>, OutputOf<S>> {
  mustBeSchema(schema)
  const { version, migrate } = checkedOptions(options)
  const namespace = namespaceOf(version)
  const port = surfacePort(cache, 'withSchema', namespace)
  claim(cache, version, schema)
  const former = new FormerVersions<OutputOf<S>>({
    schema: schema as StandardSchema<unknown, OutputOf<S>>,
    report: (error) => port.report(error),
    list: migrate.map(([older, how]) => ({
      version: older,
      cache: cache.namespace(namespaceOf(older)),
      migrate: how as Migrate<unknown>,
    })),
  })
  return new SchemaView<InputOf<S>, OutputOf<S>>({
    schema: schema as StandardSchema<unknown, OutputOf<S>>,
    former,
    version: options.version,
    space: cache.namespace(namespace),
    port,
  })
}

/** Which schema has which version in a cache: two under one version would read each other's entries. */
const claims = new WeakMap<Cache, Map<string, StandardSchema>>()

function claim(cache: Cache, version: string, schema: StandardSchema): void {
  const known = claims.get(cache) ?? new Map<string, StandardSchema>()
  claims.set(cache, known)
  const before = known.get(version)
  if (before !== undefined && before !== schema) {
    throw new CallOptionError(
      'version',
      `another schema has version ${version} in this cache, and the two would share their entries. Give one of them a namespace of its own, or a new version.`,
    )
  }
  known.set(version, schema)
}

function namespaceOf(version: string): string {
  return `schema:${version}`
}

interface Checked<Input> {
  readonly version: string
  /** The one listed last first. */
  readonly migrate: readonly (readonly [version: string, how: Migrate<Input>])[]
}

const KNOWN = ['version', 'migrate']

function checkedOptions<Input>(options: SchemaOptions<Input>): Checked<Input> {
  if (typeof options !== 'object' || options === null)
    throw new CallOptionError('options', `expected { version, migrate? }, got ${describe(options)}.`)
  for (const name of Object.keys(options)) if (!KNOWN.includes(name)) throw unknownOption(name)
  const { version, migrate = {} } = options
  if (
    !(typeof version === 'number' ? Number.isFinite(version) : typeof version === 'string' && version !== '')
  )
    throw new CallOptionError('version', `expected a number or a non-empty string, got ${describe(version)}.`)
  if (typeof migrate !== 'object' || migrate === null)
    throw new CallOptionError('migrate', `expected functions by version, got ${describe(migrate)}.`)
  return { version: String(version), migrate: checkedMigrate(migrate, String(version)) }
}

function checkedMigrate<Input>(
  migrate: Readonly<Record<string, Migrate<Input>>>,
  version: string,
): Checked<Input>['migrate'] {
  const list = Object.entries(migrate)
  for (const [older, how] of list) {
    if (typeof how !== 'function')
      throw new CallOptionError(`migrate.${older}`, `expected a function, got ${describe(how)}.`)
    if (older === version)
      throw new CallOptionError(`migrate.${older}`, 'this is the version itself; raise the version.')
  }
  return list.reverse()
}

function unknownOption(name: string): CallOptionError {
  const [nearest = KNOWN.join(', ')] = nearestNames(name, KNOWN)
  return new CallOptionError(name, `there is no such option. Known or meant: ${nearest}.`)
}
