import { CallOptionError } from '../../src/domain/index.ts'

/** The name of a class, from the class or from its prototype. Empty for an anonymous one. */
export function className(classOrPrototype: object): string {
  const owner: unknown =
    typeof classOrPrototype === 'function' ? classOrPrototype : classOrPrototype.constructor
  return typeof owner === 'function' ? owner.name : ''
}

/**
 * The class that declares a method, found from an object that the method is called on. A standard decorator is not
 * told its class, and the class of the object may be a subclass, so the chain is searched for the level that has
 * the method. Where another decorator has put its own function there, the only level with that name will do.
 */
export function declaringClass(self: unknown, key: PropertyKey, method: unknown): string {
  const levels: object[] = []
  for (let level = chainOf(self); level !== null; level = Object.getPrototypeOf(level)) {
    const value = Object.getOwnPropertyDescriptor(level, key)?.value
    if (value === method) return className(level)
    if (value !== undefined) levels.push(level)
  }
  const [only] = levels
  return only !== undefined && levels.length === 1 ? className(only) : ''
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
