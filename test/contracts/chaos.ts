import { type Random, seededRandom } from './random.ts'

/** How often something goes wrong, as a part of all calls, 0 to 1 each and in sum; what is left out never happens. */
export interface Trouble {
  /** The call fails with a ChaosError: in half of the cases before it had its effect, in half after. */
  readonly throw?: number
  /** What is waited for comes late. */
  readonly delay?: number
  /** What is waited for never comes, what should be kept is not. */
  readonly drop?: number
  /** The answer is another one than it should be. */
  readonly corrupt?: number
}

export type TroubleKind = keyof Trouble

/** A source of trouble for the wrappers that share it. */
export interface Chaos {
  readonly random: Random
  /** Set to false for calm, to true for more of it. */
  active: boolean
  /** How often each kind of trouble was made. */
  readonly made: Readonly<Record<TroubleKind, number>>
  /** What goes wrong with the next call, counted; undefined for nothing. */
  next(trouble: Trouble): TroubleKind | undefined
}

/** What chaos throws, so that a test can tell it from a fault of its own. */
export class ChaosError extends Error {
  override readonly name = 'ChaosError'
}

/**
 * A source of trouble that makes the same trouble again for the same seed and the same calls.
 *
 * @example
 * const chaos = chaosBySeed(7)
 * const cache = await createCache({ plugins: [chaosPlugin(gzip, chaos, { throw: 0.1, corrupt: 0.05 })] })
 * // ... the application gets what it would get without a cache
 * chaos.active = false
 * // ... and the cache is of use again
 */
export function chaosBySeed(seed: number): Chaos {
  const random = seededRandom(seed)
  const made = { throw: 0, delay: 0, drop: 0, corrupt: 0 }
  return {
    random,
    made,
    active: true,
    next(trouble) {
      if (!this.active) return undefined
      const kind = drawn(trouble, random.next())
      if (kind !== undefined) made[kind] += 1
      return kind
    },
  }
}

const KINDS: readonly TroubleKind[] = ['throw', 'delay', 'drop', 'corrupt']

function drawn(trouble: Trouble, number: number): TroubleKind | undefined {
  let below = 0
  for (const kind of KINDS) {
    below += trouble[kind] ?? 0
    if (number < below) return kind
  }
  return undefined
}

/**
 * Rates as they were given.
 *
 * @throws RangeError if one of them is not a part, or they are more than all calls together
 */
export function checkedTrouble(trouble: Trouble): Trouble {
  const rates = KINDS.map((kind) => trouble[kind] ?? 0)
  if (rates.every((rate) => rate >= 0) && rates.reduce((sum, rate) => sum + rate, 0) <= 1) return trouble
  throw new RangeError(`rates of trouble are parts of 1, in sum too, got ${JSON.stringify(trouble)}`)
}

/** Another value than this one: of text one character, of bytes one bit, of anything else the whole is changed. */
export function corrupted(value: unknown, random: Random): unknown {
  if (typeof value === 'string' && value !== '') {
    const at = random.below(value.length)
    const other = String.fromCharCode(value.charCodeAt(at) ^ (1 << random.below(7)))
    return value.slice(0, at) + other + value.slice(at + 1)
  }
  if (value instanceof Uint8Array && value.length > 0) {
    const copy = Uint8Array.from(value)
    copy[random.below(copy.length)]! ^= 1 << random.below(8)
    return value instanceof Buffer ? Buffer.from(copy.buffer) : copy
  }
  return random.pick(
    [null, Number.NaN, -1, '', 'corrupted', [], {}].filter((other) => !Object.is(other, value)),
  )
}
