import { CallOptionError } from '../../../domain/index.ts'

const HASHES = 0x1_0000_0000

/** What a sample is made of. */
export interface SpatialSampleOptions {
  /** The part of all keys that is in each group, above 0 and at most 1. */
  readonly rate: number
  /** Groups without a key in common. Default 1; all of them together cannot be more than all keys. */
  readonly groups?: number
  /** Another salt is another sample of the same keys. Default 0. */
  readonly salt?: number
}

/**
 * Spatially hashed sampling (SHARDS: Waldspurger, Park, Garthwaite, Ahmad, FAST'15): a key is in the sample or not, by
 * its hash, so all accesses to it are or none. What is seen of a sampled key is all there is to see: its reuse, its
 * popularity, and, multiplied by the rate, how many other keys come in between. A sample of accesses would show none
 * of these.
 *
 * Several groups are several samples that share no key: what one group shows by the luck of its hot keys, another does
 * not. The hash is split among them, so that a key needs one hash whatever their number.
 *
 * @example
 * const sample = new SpatialSample({ rate: 0.01, groups: 3, salt })
 * sample.groupOf(fingerprint) // 0 for 97 % of the keys, else 1, 2 or 3
 */
export class SpatialSample {
  readonly rate: number
  readonly groups: number
  readonly #salt: number
  readonly #scale: number

  /** Throws `HITHERTO_OPTION_INVALID` for a rate or a number of groups that is none. */
  constructor({ rate, groups = 1, salt = 0 }: SpatialSampleOptions) {
    if (!(rate > 0 && rate <= 1)) throw new CallOptionError('rate', `${rate} is not above 0 and at most 1.`)
    if (!(Number.isSafeInteger(groups) && groups >= 1 && groups * rate < 1 + 1e-9)) {
      throw new CallOptionError('groups', `${groups} groups with ${rate} of the keys each is not possible.`)
    }
    this.rate = rate
    this.groups = groups
    this.#salt = salt
    this.#scale = 1 / (HASHES * rate)
  }

  /** The group of a fingerprint, from 1; 0 if it is not in the sample. */
  groupOf(print: number): number {
    const group = Math.floor(sampleHash(print, this.#salt) * this.#scale)
    return group < this.groups ? group + 1 : 0
  }
}

/**
 * 32 bits of a fingerprint under a salt, all of them mixed (the finisher of MurmurHash3), and others than those by
 * which sketches and ghosts place it: a sample would crowd a part of them.
 */
export function sampleHash(print: number, salt: number): number {
  let hash = print ^ Math.imul(salt ^ 0x5bd1e995, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
