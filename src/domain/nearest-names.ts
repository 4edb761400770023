/**
 * The known names nearest to a misspelt one, for error messages. Damerau-Levenshtein distance (optimal string
 * alignment) of at most a third of the length, best first, three at most.
 */
export function nearestNames(unknown: string, known: readonly string[]): readonly string[] {
  const word = unknown.slice(0, 64).toLowerCase()
  const limit = Math.max(2, Math.floor(word.length / 3))
  return known
    .map((name) => ({ name, distance: distance(word, name.toLowerCase()) }))
    .filter(
      ({ name, distance }) => distance <= limit || (word.length > 2 && name.toLowerCase().startsWith(word)),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name)
}

function distance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + cost)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) best = Math.min(best, at(before, j - 2) + 1)
      row.push(best)
    }
    before = previous
    previous = row
  }
  return at(previous, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
