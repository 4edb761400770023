/**
 * A small TypeScript lexer, enough to find imports, exports and names.
 *
 * TypeScript 7 has no JavaScript compiler API, and a checker that quietly reads nothing would pass on anything.
 * So the structure test reads the files itself. Comments, regular expressions and the text of templates are
 * dropped; what stands in a template's `${}` is read like other code. What it cannot read is an error.
 */
export interface Token {
  readonly kind: 'word' | 'string' | 'mark'
  readonly text: string
  readonly line: number
}

const SKIPPED = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y
const WORD = /[\p{ID_Start}$_#@][\p{ID_Continue}$]*/uy
const NUMBER = /\d[\w.]*/y
const STRING = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const TEMPLATE_PART = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(`|\$\{)/y

/** After these words a slash begins a regular expression; after any other word it divides. */
const BEFORE_REGEX = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'new',
  'else',
  'await',
  'yield',
])

/**
 * @param text the source
 * @param path for messages only
 * @throws Error when a string, template or regular expression does not end
 */
export function tokenize(text: string, path: string): Token[] {
  const tokens: Token[] = []
  const openBraces: number[] = []
  let position = 0
  let line = 1

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position
    const match = pattern.exec(text)
    if (match === null) return undefined
    position += match[0].length
    line += countLines(match[0])
    return match[0]
  }
  const push = (kind: Token['kind'], tokenText: string): void => {
    tokens.push({ kind, text: tokenText, line })
  }
  const takeTemplate = (): void => {
    const part = take(TEMPLATE_PART)
    if (part === undefined) throw new Error(`${path}:${line}: a template that does not end`)
    if (part.endsWith('${')) openBraces.push(0)
  }
  const takeMark = (mark: string): void => {
    position += 1
    const depth = openBraces.length - 1
    if (mark === '`') {
      push('mark', mark)
      takeTemplate()
      return
    }
    if (mark === '}' && openBraces[depth] === 0) {
      openBraces.pop()
      takeTemplate()
      return
    }
    if (depth >= 0 && mark === '{') openBraces[depth] = (openBraces[depth] ?? 0) + 1
    if (depth >= 0 && mark === '}') openBraces[depth] = (openBraces[depth] ?? 0) - 1
    push('mark', mark)
  }

  for (take(SKIPPED); position < text.length; take(SKIPPED)) {
    const word = take(WORD)
    if (word !== undefined) {
      push('word', word)
      continue
    }
    if (take(NUMBER) !== undefined) {
      push('mark', '0')
      continue
    }
    const quoted = take(STRING)
    if (quoted !== undefined) {
      push('string', quoted.slice(1, -1))
      continue
    }
    const mark = text.charAt(position)
    if (mark === "'" || mark === '"') throw new Error(`${path}:${line}: a string that does not end`)
    if (mark === '/' && regexMayFollow(tokens.at(-1)) && take(REGEX) !== undefined) {
      push('mark', '0')
      continue
    }
    takeMark(mark)
  }
  if (openBraces.length > 0) throw new Error(`${path}:${line}: a template that does not end`)
  return tokens
}

function regexMayFollow(previous: Token | undefined): boolean {
  if (previous === undefined) return true
  if (previous.kind === 'word') return BEFORE_REGEX.has(previous.text)
  return previous.kind === 'mark' && !')]}0`'.includes(previous.text)
}

function countLines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1
  return count
}
