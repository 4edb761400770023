import { z } from 'zod'
import {
  type CacheEnvironment,
  type CacheOptions,
  type Codec,
  describe,
  type Plugin,
  type StrategyFactory,
} from '../../domain/index.ts'

/*
 * The shape of a configuration: types, messages and JSON Schema come from here. What one part asks of another is
 * checked in the domain (CacheConfiguration), and nowhere else.
 */

/** The words for a value of the wrong type, where those of zod do not say what to write instead. */
const expected =
  (what: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    `expected ${what}, got ${describe(input)}`

const count = z.number({ error: expected('a whole number above 0') })

/** zod's numbers are finite. */
const forever = z.custom<number>((value) => value === Number.POSITIVE_INFINITY)

const duration = z
  .union([z.number(), z.string(), forever], {
    error: "expected milliseconds or a string such as '30s', '5m', '1h'",
  })
  .describe("Milliseconds, or a string such as '30s', '5m', '1h'")

const bytes = z
  .union([z.number(), z.string()], { error: "expected bytes or a string such as '64mb'" })
  .describe("Bytes, or a string such as '64mb'")

const plugin = z.custom<Plugin>(isPlugin, {
  error: 'expected a plugin: { name, after?, start(host, options) }',
})

const strategy = z.custom<StrategyFactory>(isStrategy, {
  error: 'expected a strategy: { name, create(context) }',
})

const codec = z.custom<Codec>(isCodec, {
  error: 'expected a codec: { name, encode(instance), decode(data) } and either class or is(value)',
})

const pluginWithOptions = { use: z.union([z.string(), plugin]), options: z.unknown().optional() }

const pluginEntry = z.union([z.string(), z.strictObject(pluginWithOptions), plugin], {
  error:
    'expected the name of a plugin, { use, options }, or a plugin object with a name and a start function',
})

const timeout = { soft: duration.optional(), hard: duration.optional() }

const queued = { error: expected('a whole number, 0 or more') }
const loads = {
  concurrency: count.optional(),
  queue: z.number(queued).int(queued).nonnegative(queued).optional(),
}

const aName = { error: expected('a non-empty string') }

const shape = {
  name: z.string(aName).min(1, aName).optional().describe('For logs and signals'),
  enabled: z.boolean().optional().describe('False turns the cache off'),
  ttl: duration.optional(),
  staleWhileRevalidate: duration.optional(),
  staleIfError: duration.optional(),
  jitter: z
    .number({ error: expected('a part of the ttl between 0 and 1') })
    .optional()
    .describe('Part of the ttl, 0 to 1'),
  timeout: z.strictObject(timeout, { error: expected("{ soft, hard }, such as { hard: '5s' }") }).optional(),
  clone: z.enum(['auto', 'structured', 'freeze', 'none']).optional(),
  refreshAhead: z
    .union([z.number(), z.literal('xfetch'), z.strictObject({ beta: z.number() })], {
      error: "expected a part of the ttl between 0 and 1, 'xfetch', or { beta }",
    })
    .optional(),
  negativeTtl: duration.optional(),
  errorBackoff: duration.optional(),
  sliding: duration.optional(),
  maxEntries: count.optional(),
  maxBytes: bytes.optional(),
  maxEntrySize: bytes.optional(),
  maxTags: count.optional(),
  maxDeps: count.optional(),
  strategy: z
    .union([z.string(), strategy], { error: 'expected the name of a strategy, or { name, create }' })
    .optional(),
  backend: z.string().optional(),
  loads: z
    .strictObject(loads, { error: expected('{ concurrency, queue }, such as { concurrency: 100 }') })
    .optional(),
  hookTimeout: duration.optional(),
  codecs: z.array(codec).optional().describe('How instances of classes are kept; given by code only'),
  plugins: z.array(pluginEntry).optional(),
}

const callback = (what: string) =>
  z.custom<(...args: never[]) => unknown>(isFunction, { error: `expected ${what}` })

const environment = {
  clock: z
    .custom<NonNullable<CacheEnvironment['clock']>>(isClock, {
      error:
        'expected a clock: { now(), wall(), schedule(delay, task), standing?: { onMove(moved), spare(readings) } }',
    })
    .optional(),
  logger: z
    .custom<NonNullable<CacheEnvironment['logger']>>(
      (value) => hasMethods(value, 'debug', 'info', 'warn', 'error'),
      {
        error: 'expected a logger: { debug, info, warn, error }',
      },
    )
    .optional(),
  onError: callback('a function (error) => void').optional(),
  random: callback('a function () => number in [0, 1)').optional(),
}

/** What `reconfigure` takes. */
export const cacheOptions: z.ZodType<CacheOptions> = z.strictObject(
  shape,
) as unknown as z.ZodType<CacheOptions>

/** What `createCache` takes: the configuration, and the outside world. */
export const createCacheOptions: z.ZodType<CacheOptions & CacheEnvironment> = z.strictObject({
  ...shape,
  ...environment,
}) as unknown as z.ZodType<CacheOptions & CacheEnvironment>

/** What only `createCache` takes. */
export const environmentNames: readonly string[] = Object.keys(environment)

/** The names of the options by the path of what holds them, places in lists as `*`, for "did you mean". */
export const optionNames: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(shape),
  timeout: Object.keys(timeout),
  loads: Object.keys(loads),
  refreshAhead: ['beta'],
  'plugins.*': Object.keys(pluginWithOptions),
}

/** The JSON Schema of a configuration file; parts that only code can give (plugin objects) are left open. */
export function configurationJsonSchema(): object {
  return z.toJSONSchema(z.strictObject(shape), {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // JSON has no Infinity; what stands for it would allow anything.
      if (zodSchema === duration) jsonSchema.anyOf = [{ type: 'number' }, { type: 'string' }]
    },
  })
}

function isPlugin(value: unknown): boolean {
  return hasMethods(value, 'start') && isName(value) && hasNameList(value)
}

function isStrategy(value: unknown): boolean {
  return hasMethods(value, 'create') && isName(value)
}

function isCodec(value: unknown): boolean {
  if (!hasMethods(value, 'encode', 'decode') || !isName(value)) return false
  const { class: of, is } = value as { class?: unknown; is?: unknown }
  return of === undefined ? isFunction(is) : isFunction(of) && is === undefined
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function isName(value: unknown): boolean {
  const { name } = value as { name?: unknown }
  return typeof name === 'string' && name !== ''
}

function hasNameList(value: unknown): boolean {
  const { after } = value as { after?: unknown }
  return after === undefined || (Array.isArray(after) && after.every((name) => typeof name === 'string'))
}

function isClock(value: unknown): boolean {
  if (!hasMethods(value, 'now', 'wall', 'schedule')) return false
  const { standing } = value as { readonly standing?: unknown }
  return standing === undefined || hasMethods(standing, 'onMove', 'spare')
}

function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
}
