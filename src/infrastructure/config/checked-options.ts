import type { z } from 'zod'
import {
  type CacheEnvironment,
  type CacheOptions,
  ConfigurationError,
  nearestNames,
} from '../../domain/index.ts'
import { cacheOptions, createCacheOptions, environmentNames, optionNames } from './schema.ts'

/** @throws ConfigurationError naming the option, what was expected and, for unknown ones, the nearest known names */
export function checkedCreateOptions(value: unknown): CacheOptions & CacheEnvironment {
  return checked(createCacheOptions, value, environmentNames)
}

/** The same for reconfigure, which cannot change the outside world. */
export function checkedOptions(value: unknown): CacheOptions {
  return checked(cacheOptions, value, [])
}

function checked<T>(schema: z.ZodType<T>, value: unknown, environment: readonly string[]): T {
  const result = schema.safeParse(value)
  // The value itself, not zod's copy: plugins and clocks are objects with an identity.
  if (result.success) return value as T
  const issue = result.error.issues[0] as z.core.$ZodIssue
  throw new ConfigurationError(path(issue), message(issue, environment))
}

function path(issue: z.core.$ZodIssue): string {
  const parts = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
  return parts.length === 0 ? 'options' : parts.map(String).join('.')
}

function message(issue: z.core.$ZodIssue, environment: readonly string[]): string {
  if (issue.code !== 'unrecognized_keys') return `${issue.message.replace(/^Invalid input: /, '')}.`
  const [unknown = ''] = issue.keys
  const holder = issue.path.map((part) => (typeof part === 'number' ? '*' : String(part))).join('.')
  if (holder === '' && environmentNames.includes(unknown))
    return 'can be given to createCache only, and stays as it is. Leave it out.'
  const own = optionNames[holder] ?? []
  const known = (holder === '' ? [...own, ...environment] : own).filter((name) => name !== unknown)
  const nearest = nearestNames(unknown, known)
  if (nearest.length === 0) return `there is no such option. Known: ${known.join(', ')}.`
  return `there is no such option. Did you mean ${nearest.map((name) => `'${name}'`).join(' or ')}?`
}
