/**
 * Reads the public names with their signatures from the built declarations. TypeScript 7 has no compiler API, so it
 * takes the TypeScript 6 of the package tests.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const ts = createRequire(join(root, 'test', 'package', 'tools', 'package.json'))('typescript-6')
const FEWEST_NAMES = 50

/** The entries of `exports` with their declarations. */
function findEntries() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.entries(manifest.exports)
    .filter(([, target]) => target.endsWith('.js'))
    .map(([subpath, target]) => ({
      name: `${manifest.name}${subpath.slice(1)}`,
      file: join(root, target.replace(/\.js$/, '.d.ts')),
    }))
}

/** Only our own declarations are read: packages and the standard library stay unresolved names. */
function createProgram(files) {
  const options = { noLib: true, types: [], module: ts.ModuleKind.Node20, target: ts.ScriptTarget.ES2023 }
  const host = ts.createCompilerHost(options)
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => {
      if (!text.startsWith('.')) return { resolvedModule: undefined }
      const resolvedFileName = resolve(dirname(from), text.replace(/\.[jt]s$/, '.d.ts'))
      if (!existsSync(resolvedFileName)) throw new Error(`${from} imports ${text}, which was not built`)
      return { resolvedModule: { resolvedFileName, extension: '.d.ts', isExternalLibraryImport: false } }
    })
  return ts.createProgram(files, options, host)
}

const entries = findEntries()
const program = createProgram(entries.map(({ file }) => file))
const checker = program.getTypeChecker()
const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed })

const resolved = (symbol) =>
  (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)

function isAugmentation(statement) {
  return (
    ts.isModuleDeclaration(statement) &&
    (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0)
  )
}

/** The statements at the top of a file that declare a symbol; none for members, parameters and foreign names. */
function statementsOf(symbol) {
  const statements = (symbol.declarations ?? []).map((declaration) =>
    ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration,
  )
  return statements.filter(
    (node) =>
      node.parent !== undefined &&
      ts.isSourceFile(node.parent) &&
      !ts.isImportDeclaration(node) &&
      !ts.isExportDeclaration(node) &&
      !isAugmentation(node),
  )
}

const DECORATION = new Set([ts.SyntaxKind.DeclareKeyword, ts.SyntaxKind.ExportKeyword])

/** Nobody outside can name a private member, nor call the constructor of a class that no entry exports. */
function isOutOfReach(node, isHidden) {
  if (!ts.isClassElement(node)) return false
  if (ts.isConstructorDeclaration(node) && isHidden) return true
  if (node.name !== undefined && ts.isPrivateIdentifier(node.name)) return true
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0
}

const print = (node, origin = node) =>
  printer.printNode(ts.EmitHint.Unspecified, node, origin.getSourceFile())

/** Without comments, what is out of reach, and the words `declare` and `export`, which say nothing here. */
function signature(statement, isHidden) {
  const keep = (child) => (DECORATION.has(child.kind) || isOutOfReach(child, isHidden) ? undefined : child)
  const { transformed } = ts.transform(statement, [
    (context) => (node) => ts.visitEachChild(node, keep, context),
  ])
  return print(transformed[0], statement)
}

/** All of our own symbols that a statement mentions. */
function mentioned(statement, isHidden) {
  const found = new Set()
  const visit = (node) => {
    if (isOutOfReach(node, isHidden)) return
    const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined
    if (symbol !== undefined && statementsOf(resolved(symbol)).length > 0) found.add(resolved(symbol))
    ts.forEachChild(node, visit)
  }
  visit(statement)
  return found
}

function described(name, symbol, isHidden = false) {
  const text = statementsOf(symbol)
    .map((statement) => signature(statement, isHidden))
    .join('\n')
  return { name, text: name === symbol.name ? text : `${text}\nexport { ${symbol.name} as ${name} }` }
}

const compare = (a, b) => (a < b ? -1 : Number(a > b))
const inOrder = (blocks) => blocks.sort((a, b) => compare(a.name, b.name) || compare(a.text, b.text))

function exportedNames({ name: entry, file }) {
  const source = program.getSourceFile(file)
  if (source === undefined) throw new Error(`${file} is not there: build first`)
  return checker.getExportsOfModule(checker.getSymbolAtLocation(source)).map((exported) => {
    const symbol = resolved(exported)
    if (statementsOf(symbol).length === 0) throw new Error(`${entry} exports ${exported.name} from nowhere`)
    return { name: exported.name, symbol }
  })
}

/** What can be reached from `exported` and from `augmentations`, but is exported nowhere. */
function hiddenTypes(exported, augmentations) {
  const hidden = new Set()
  const visit = (statement, isHidden) => {
    for (const symbol of mentioned(statement, isHidden)) {
      if (exported.has(symbol) || hidden.has(symbol)) continue
      hidden.add(symbol)
      for (const inner of statementsOf(symbol)) visit(inner, true)
    }
  }
  for (const symbol of exported.keys()) for (const statement of statementsOf(symbol)) visit(statement, false)
  for (const statement of augmentations) visit(statement, false)
  return [...hidden]
}

/**
 * The names of each entry, then the types that signatures mention but no entry exports, then what is added to the
 * types of others: title -> `{ name, text }`, each in the order of the alphabet. It does not say where code lives, so
 * files can move.
 *
 * @throws when the declarations are not built, or when it finds too few names to be true
 */
export function publicNames() {
  const sections = new Map()
  const exported = new Map()
  for (const entry of entries) {
    const blocks = exportedNames(entry).map(({ name, symbol }) => {
      const first = exported.get(symbol)
      if (first !== undefined) return { name, text: `export { ${name} } // that of ${first}` }
      exported.set(symbol, entry.name)
      return described(name, symbol)
    })
    sections.set(entry.name, inOrder(blocks))
  }
  if (exported.size < FEWEST_NAMES) throw new Error(`Only ${exported.size} names were found`)

  const augmentations = program.getSourceFiles().flatMap((file) => file.statements.filter(isAugmentation))
  const hidden = hiddenTypes(exported, augmentations)
  const added = augmentations.map((statement) => ({ name: statement.name.text, text: print(statement) }))
  sections.set(
    'Part of a signature, exported nowhere',
    inOrder(hidden.map((symbol) => described(symbol.name, symbol, true))),
  )
  sections.set('Added to the types of others', inOrder(added))
  return sections
}
