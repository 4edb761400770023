import { KeyError } from './errors.ts'

declare const keyBrand: unique symbol

/** A checked key. Any string is a key, the empty one and `__proto__` included; nothing is folded or decoded. */
export type CacheKey = string & { readonly [keyBrand]: true }

/**
 * The smart constructor of keys.
 *
 * @param option whose function gave it, if any did
 * @throws KeyError `HITHERTO_KEY_INVALID` for anything but a string
 */
export function cacheKey(value: unknown, option?: string): CacheKey {
  if (typeof value !== 'string') throw new KeyError(value, option)
  return value as CacheKey
}
