import { CallOptionError } from '../../src/domain/index.ts'

/** The name of a class. Empty for an anonymous one. */
export function className(declared: object | undefined): string {
  return typeof declared === 'function' ? declared.name : ''
}

/** The class that a prototype belongs to; a class is its own, as the object of its static methods. */
export function classOf(level: object): object | undefined {
  const owner: unknown = typeof level === 'function' ? level : level.constructor
  return typeof owner === 'function' ? owner : undefined
}

/**
 * The class that declares a method, found from an object that the method is called on. A standard decorator is not
 * told its class, and the class of the object may be a subclass, so the chain is searched for the level that has
 * the method. Where another decorator has put its own function there, the only level with that name will do.
 */
export function declaringClass(self: unknown, key: PropertyKey, method: unknown): object | undefined {
  const found: object[] = []
  for (const [level, value] of levelsWith(self, key)) {
    if (value === method) return classOf(level)
    found.push(level)
  }
  const [only] = found
  return only !== undefined && found.length === 1 ? classOf(only) : undefined
}

/** Each level of an object's chain that has a method of that name, from the nearest. */
export function* levelsWith(self: unknown, key: PropertyKey): Generator<readonly [object, unknown]> {
  for (let level = chainOf(self); level !== null; level = Object.getPrototypeOf(level)) {
    const value: unknown = Object.getOwnPropertyDescriptor(level, key)?.value
    if (value !== undefined) yield [level, value]
  }
}

/** `Class.method`, the name under which a decorated method is wrapped. */
export function methodName(owner: string, key: PropertyKey): string {
  if (owner === '') {
    throw new CallOptionError(
      'name',
      `@Cached cannot tell which class declares ${String(key)}. Add the option name: 'Class.${String(key)}'.`,
    )
  }
  return `${owner}.${String(key)}`
}

function chainOf(self: unknown): object | null {
  return typeof self === 'object' || typeof self === 'function' ? self : null
}
