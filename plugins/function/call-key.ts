import { cacheKey, KeyArgumentError, type WrapOptions } from '../../src/domain/index.ts'
import { argumentsText, shortened } from './key-encoding.ts'
import { quoted } from './key-text.ts'

/** The key of a call, from the object it is made on and its arguments. */
export type KeyOf<A extends unknown[], Self> = (self: Self, args: A) => string

/** What decides the keys of a function. */
export type KeyOptions<A extends unknown[], Self> = Pick<
  WrapOptions<A, Self>,
  'key' | 'id' | 'instance' | 'namespace'
>

/** The keys of a function. In a namespace that it shares they begin with its name, unless it makes them itself. */
export function keyMaker<A extends unknown[], Self>(
  name: string,
  { key, id, instance, namespace }: KeyOptions<A, Self>,
): KeyOf<A, Self> {
  if (key !== undefined) return withInstance((self, args) => cacheKey(key.apply(self, args), 'key'), instance)
  const lead = namespace === undefined ? '' : leadText(name)
  const text = withInstance<A, Self>((_, args) => encoded(name, args, id), instance)
  return lead === ''
    ? (self, args) => shortened(text(self, args))
    : (self, args) => shortened(`${lead}${text(self, args)}`)
}

/** An object's identity is quoted, so it ends by itself and whatever follows belongs to the arguments. */
export function withInstance<A extends unknown[], Self>(
  keyOf: KeyOf<A, Self>,
  instance: ((self: Self) => string) | undefined,
): KeyOf<A, Self> {
  if (instance === undefined) return keyOf
  return (self, args) => `${quoted(cacheKey(instance(self), 'instance'))}${keyOf(self, args)}`
}

/** A name that could be taken for more than a name is quoted, too. */
function leadText(name: string): string {
  return /^[\w$.#@]+$/.test(name) ? name : quoted(name)
}

/** Says which function refused its arguments. */
function encoded(name: string, args: readonly unknown[], id?: (value: object) => string | undefined): string {
  try {
    return argumentsText(args, id)
  } catch (error) {
    throw error instanceof KeyArgumentError ? new KeyArgumentError(`${name}: ${error.message}`) : error
  }
}
