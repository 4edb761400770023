/**
 * Which prototypes are a language's own. An object made in another realm (a vm context, as test runners use) has
 * prototypes that equal none of ours, so they are told by their place: only the root of a realm has no prototype
 * and an `isPrototypeOf`, and only built-in kinds sit directly below it and hold the matching internal slot. The
 * prototype of a subclass sits one step lower.
 */

export function isObjectPrototype(prototype: object): boolean {
  if (prototype === Object.prototype) return true
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}

export function isArrayPrototype(prototype: object): boolean {
  return prototype === Array.prototype || isBelowRoot(prototype)
}

/** For an object that is known by its slot to be a Date, Map, ...: is it one, and not an instance of a subclass? */
export function isBelowRoot(prototype: object): boolean {
  const parent: object | null = Object.getPrototypeOf(prototype)
  return parent !== null && isObjectPrototype(parent)
}

/** Typed arrays have %TypedArray%.prototype between theirs and the root. */
export function isTypedArrayPrototype(prototype: object): boolean {
  const parent: object | null = Object.getPrototypeOf(prototype)
  return parent !== null && isBelowRoot(parent)
}
