import type { Gazetteer } from './data.ts'
import { fold } from './fold.ts'
import { insert } from './sorted.ts'

export type SearchResult = {
  /** How many cities match in all. */
  readonly matches: number
  /** The best of them, best first. */
  readonly found: readonly number[]
}

/**
 * Cities whose names hold every word of `query` somewhere, without regard to case and diacritics.
 *
 * The longest word, which is the rarest as a rule, is looked up in the one string of all names; names found that
 * way are checked for the other words and ranked: the name itself, names that begin with the query, names with
 * words that begin with its words, the others. Within a rank shorter names come first, then the alphabet.
 */
export function search(gazetteer: Gazetteer, query: string, limit: number): SearchResult {
  const phrase = fold(query)
  if (phrase === '') return { matches: 0, found: [] }
  const words = phrase.split(' ')
  const rarest = words.reduce((a, b) => (b.length > a.length ? b : a))
  const { folded } = gazetteer
  const better = (a: Match, b: Match): number =>
    a.rank - b.rank || compareNames(folded[a.index] as string, folded[b.index] as string) || a.index - b.index
  const best: Match[] = []
  let matches = 0
  for (const index of namesWith(gazetteer, rarest)) {
    const name = folded[index] as string
    if (!words.every((word) => name.includes(word))) continue
    matches++
    const match = { index, rank: rankOf(name, phrase, words) }
    const last = best.length === limit ? best.at(-1) : undefined
    if (last === undefined || better(match, last) < 0) insert(best, match, limit, better)
  }
  return { matches, found: best.map(({ index }) => index) }
}

type Match = { readonly index: number; readonly rank: number }

function* namesWith(gazetteer: Gazetteer, word: string): Generator<number> {
  const { haystack, starts } = gazetteer
  let at = haystack.indexOf(word)
  while (at !== -1) {
    const i = lineAt(starts, at)
    yield i
    const next = starts[i + 1]
    if (next === undefined) return
    at = haystack.indexOf(word, next)
  }
}

/** Binary search for the last start that is not after `offset`. */
function lineAt(starts: Uint32Array, offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((starts[middle] as number) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

function rankOf(name: string, phrase: string, words: readonly string[]): number {
  if (name === phrase) return 0
  if (name.startsWith(phrase)) return 1
  const spaced = ` ${name}`
  return words.every((word) => spaced.includes(` ${word}`)) ? 2 : 3
}

function compareNames(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  if (a === b) return 0
  return a < b ? -1 : 1
}
