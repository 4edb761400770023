/** A wrong option, key or tag in a few words: what one mistypes (strings, to 80 characters; numbers), else only its kind. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'string') return value === '' ? 'an empty string' : `the string ${quote(value)}`
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'object')
    return value instanceof Promise ? 'a promise (is an await missing?)' : 'an object'
  return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`
}

export function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name)
}

/** Has what a cache has, as those made by another installed copy of the package do. */
export function isLikeCache(value: unknown): boolean {
  const { getOrSet, surface } = (value ?? {}) as { readonly getOrSet?: unknown; readonly surface?: unknown }
  return typeof getOrSet === 'function' && typeof surface === 'function'
}
