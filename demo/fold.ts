/** Letters that Unicode does not decompose into a base letter and a mark, as the names of places use them. */
const undecomposed: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ħ', 'h'],
  ['ı', 'i'],
  ['ə', 'a'],
])

/**
 * The form in which names are compared: lower case, no diacritics, no apostrophes, words parted by one space.
 * `fold("L'Haÿ-les-Roses")` is `'lhay les roses'`.
 */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþħıə]/g, (letter) => undecomposed.get(letter) ?? letter)
    .replace(/['‘’ʻʼ`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
