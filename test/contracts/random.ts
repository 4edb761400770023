/** Repeatable random numbers, so that a failing run can be run again from its seed. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** A whole number in [0, below). */
  below(limit: number): number
  pick<T>(list: readonly T[]): T
}

/** Mulberry32 (T. Ettinger): 32 bits of state, passes gjrand; far more than enough to choose test operations. */
export function seededRandom(seed: number): Random {
  let state = seed | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return { next, below, pick: (list) => list[below(list.length)] as (typeof list)[number] }
}

/** Runs a check for each seed; a failure names the seed. */
export function forEachSeed(seeds: number, check: (random: Random, seed: number) => void): void {
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      check(seededRandom(seed), seed)
    } catch (error) {
      throw new Error(`with seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      })
    }
  }
}
