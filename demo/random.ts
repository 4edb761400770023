/** A source of numbers in [0, 1). */
export type Random = () => number

/** Mulberry32 (T. Ettinger, 2017, public domain): small, fast, and the same sequence for the same seed everywhere. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** `count` different members of `list` in random order (a partial Fisher-Yates shuffle). */
export function pick<T>(list: readonly T[], count: number, random: Random): T[] {
  const rest = [...list]
  const picked = Math.min(count, rest.length)
  for (let i = 0; i < picked; i++) {
    const j = i + Math.floor(random() * (rest.length - i))
    ;[rest[i], rest[j]] = [rest[j] as T, rest[i] as T]
  }
  return rest.slice(0, picked)
}

/**
 * Ranks 0 .. size - 1, where rank r comes up in proportion to 1 / (r + 1) ** exponent: Zipf's law, which page
 * requests follow (L. Breslau et al., Web caching and Zipf-like distributions, INFOCOM 1999). Exact, by binary
 * search in the cumulated shares: O(size) once, O(log size) a draw.
 */
export function zipf(size: number, exponent: number, random: Random): () => number {
  const cumulated = new Float64Array(size)
  let total = 0
  for (let rank = 0; rank < size; rank++) {
    total += 1 / (rank + 1) ** exponent
    cumulated[rank] = total
  }
  return () => {
    const drawn = random() * total
    let low = 0
    let high = size - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((cumulated[middle] as number) > drawn) high = middle
      else low = middle + 1
    }
    return low
  }
}
