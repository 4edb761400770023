import { type Token, tokenize } from './lexer.ts'

/** One `import`, `import()`, `require()`, `export ... from` or `declare module`, type-only ones included. */
export interface Reference {
  readonly specifier: string
  readonly line: number
}

/** A name that a file declares and exports, or an interface that it declares. */
export interface Declared {
  readonly name: string
  readonly line: number
}

/** What the rules need to know of one file. */
export interface SourceFile {
  readonly path: string
  readonly lines: number
  readonly references: readonly Reference[]
  readonly exported: readonly Declared[]
  readonly interfaces: readonly Declared[]
  /** The first line that is something else than `export { a, b } from './file.ts'`. */
  readonly notReexport: number | undefined
}

/** The files of a project by path from its root, with forward slashes. */
export type Files = Readonly<Record<string, string>>

export function readSourceFiles(files: Files): SourceFile[] {
  return Object.entries(files)
    .map(([path, text]) => readSourceFile(path, text))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

export function readSourceFile(path: string, text: string): SourceFile {
  const tokens = tokenize(text, path)
  return {
    path,
    lines: text.trimEnd().split('\n').length,
    references: referencesIn(tokens),
    exported: exportedBy(tokens),
    interfaces: interfacesIn(tokens),
    notReexport: firstNotReexport(tokens),
  }
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text === text
}

function isMark(token: Token | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text
}

function referencesIn(tokens: readonly Token[]): Reference[] {
  const references: Reference[] = []
  tokens.forEach((token, index) => {
    if (token.kind === 'string' && isSpecifier(tokens, index)) {
      references.push({ specifier: token.text, line: token.line })
    }
  })
  return references
}

/** `from 'x'`, `import 'x'`, `import('x'`, `require('x'`, `declare module 'x'`. */
function isSpecifier(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]
  if (isWord(before, 'from') || isWord(before, 'import')) return true
  if (isWord(before, 'module')) return isWord(tokens[index - 2], 'declare')
  if (!isMark(before, '(')) return false
  return isWord(tokens[index - 2], 'import') || isWord(tokens[index - 2], 'require')
}

const MODIFIERS = new Set(['declare', 'abstract', 'async', 'default'])
const DECLARATIONS = new Set([
  'class',
  'interface',
  'type',
  'function',
  'const',
  'let',
  'var',
  'enum',
  'namespace',
])

function exportedBy(tokens: readonly Token[]): Declared[] {
  return tokens.flatMap((token, at) =>
    isWord(token, 'export') && !isMark(tokens[at - 1], '.') ? namesOfExport(tokens, at + 1) : [],
  )
}

function namesOfExport(tokens: readonly Token[], start: number): Declared[] {
  const braces = isWord(tokens[start], 'type') ? start + 1 : start
  if (isMark(tokens[braces], '{')) return namesInBraces(tokens, braces)
  let at = start
  while (MODIFIERS.has(tokens[at]?.text ?? '')) at += 1
  if (!DECLARATIONS.has(tokens[at]?.text ?? '')) return []
  const name = isMark(tokens[at + 1], '*') ? tokens[at + 2] : tokens[at + 1]
  return name?.kind === 'word' ? [{ name: name.text, line: name.line }] : []
}

/** The last word before each comma: of `a as b` the name that others see. */
function namesInBraces(tokens: readonly Token[], open: number): Declared[] {
  const names: Declared[] = []
  for (let at = open + 1; at < tokens.length && !isMark(tokens[at - 1], '}'); at += 1) {
    const last = tokens[at - 1]
    if ((isMark(tokens[at], ',') || isMark(tokens[at], '}')) && last?.kind === 'word') {
      names.push({ name: last.text, line: last.line })
    }
  }
  return names
}

function interfacesIn(tokens: readonly Token[]): Declared[] {
  const interfaces: Declared[] = []
  tokens.forEach((token, index) => {
    const name = tokens[index + 1]
    if (isWord(token, 'interface') && name?.kind === 'word')
      interfaces.push({ name: name.text, line: name.line })
  })
  return interfaces
}

function firstNotReexport(tokens: readonly Token[]): number | undefined {
  let at = 0
  while (at < tokens.length) {
    const start = tokens[at]
    let next = at + 1
    if (isWord(tokens[next], 'type')) next += 1
    if (!isWord(start, 'export') || !isMark(tokens[next], '{')) return start?.line
    while (next < tokens.length && !isMark(tokens[next], '}')) next += 1
    if (!isWord(tokens[next + 1], 'from') || tokens[next + 2]?.kind !== 'string') return start?.line
    at = next + 3
    if (isMark(tokens[at], ';')) at += 1
  }
  return tokens.length === 0 ? 1 : undefined
}
