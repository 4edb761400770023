/** The characters of `text` in one piece: V8 keeps a concatenation as a tree until somebody walks over it. */
export function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** `count` distinct keys of 16 to 21 characters. */
export function keyList(count: number, prefix = 'user:profile:'): string[] {
  return Array.from({ length: count }, (_, i) => flat(`${prefix}${i}`))
}

export type Distribution = 'uniform' | 'zipf'

/** The exponent of the Zipf distribution: what web caches and key-value stores report is 0.6 to 1.2. */
const EXPONENT = 0.99
/** A power of two, so that a cycle is a mask. Long enough that no predictor learns it. */
const DRAWS = 2 ** 17

/** The position in a cycle of `draws` after a mask. */
export const DRAW_MASK: number = DRAWS - 1

/** A cycle of keys drawn from `keys`, the same in each run. Hot keys lie anywhere in memory, as they would. */
export function draws(keys: readonly string[], distribution: Distribution): readonly string[] {
  return drawsOf(keys, distribution, DRAWS)
}

/** A cycle of so many draws. */
export function drawsOf(
  keys: readonly string[],
  distribution: Distribution,
  count: number,
): readonly string[] {
  const random = seeded(42)
  const order = shuffled(keys, random)
  const pick = distribution === 'uniform' ? uniform(order.length, random) : zipf(order.length, random)
  return Array.from({ length: count }, () => order[pick()] as string)
}

function uniform(count: number, random: () => number): () => number {
  return () => Math.floor(random() * count)
}

/** By the inverse of the cumulated distribution: rank r has weight 1 / r ^ EXPONENT. */
function zipf(count: number, random: () => number): () => number {
  const cumulated = new Float64Array(count)
  let total = 0
  for (let rank = 0; rank < count; rank++) {
    total += 1 / (rank + 1) ** EXPONENT
    cumulated[rank] = total
  }
  return () => lowerBound(cumulated, random() * total)
}

function lowerBound(sorted: Float64Array, wanted: number): number {
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) < wanted) low = middle + 1
    else high = middle
  }
  return low
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const result = [...list]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[result[i], result[j]] = [result[j] as T, result[i] as T]
  }
  return result
}

/** mulberry32: 32 bits of state are plenty for a workload. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}
