import { UnknownNameError } from './errors.ts'
import { nearestNames } from './nearest-names.ts'

declare const policyBrand: unique symbol

/** The name of a known eviction strategy. */
export type EvictionPolicy = string & { readonly [policyBrand]: true }

/**
 * The smart constructor of strategy names.
 *
 * @throws UnknownNameError `HITHERTO_NAME_UNKNOWN`, with the nearest known names
 */
export function evictionPolicy(name: string, known: readonly string[]): EvictionPolicy {
  if (!known.includes(name)) throw new UnknownNameError('strategy', name, nearestNames(name, known), known)
  return name as EvictionPolicy
}
