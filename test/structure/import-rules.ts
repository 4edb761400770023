import { posix } from 'node:path'
import { type Layer, layerOf, mayImport, PACKAGE_FOLDERS } from './layers.ts'
import type { Reference, SourceFile } from './source-file.ts'

const { dirname, join } = posix

/** Every import that the layers, the barrels or the table of packages do not allow, as `file:line: why`. */
export function checkImports(files: readonly SourceFile[]): string[] {
  const known = new Set(files.map((file) => file.path))
  return [...files.flatMap((file) => checkReferences(file, known)), ...checkAdapters(files, known)]
}

function checkReferences(file: SourceFile, known: ReadonlySet<string>): string[] {
  const layer = layerOf(file.path)
  if (layer === undefined) return [`${file.path}: belongs to no layer (test/structure/layers.ts)`]
  return file.references.flatMap((reference) => {
    const why = isRelative(reference)
      ? whyNotFile(file.path, layer, reference, known)
      : whyNotPackage(file.path, layer, reference.specifier)
    return why === undefined ? [] : [`${file.path}:${reference.line}: ${why}`]
  })
}

function isRelative(reference: Reference): boolean {
  return reference.specifier.startsWith('.')
}

function whyNotFile(
  from: string,
  layer: Layer,
  { specifier }: Reference,
  known: ReadonlySet<string>,
): string | undefined {
  const target = join(dirname(from), specifier)
  const targetLayer = layerOf(target)
  if (!known.has(target) || targetLayer === undefined) return `imports ${target}, which is no source file`
  if (!mayImport(layer, targetLayer)) return `${layer.root} may not import ${targetLayer.root} (${target})`
  return whyNotThroughBarrel(from, target, layer.root === targetLayer.root)
}

/**
 * Within a layer a file imports what lies in its own folder, in the folders inside it and in those around it
 * directly; the folder beside it, and every other layer, is entered through its index.ts. A barrel of one's own
 * or of an outer folder is never used: it holds the importing file too, so that is a cycle.
 */
function whyNotThroughBarrel(from: string, target: string, sameLayer: boolean): string | undefined {
  const isBarrel = target.endsWith('/index.ts')
  const around = sameLayer && contains(dirname(target), from)
  if (isBarrel && around) return `imports the barrel of a folder that it is in (${target})`
  const inside = sameLayer && contains(dirname(from), target)
  if (isBarrel || around || inside || layerOf(target)?.root === target) return undefined
  return `imports ${target} past its barrel ${dirname(target)}/index.ts`
}

function contains(folder: string, path: string): boolean {
  return path.startsWith(`${folder}/`)
}

function whyNotPackage(from: string, layer: Layer, specifier: string): string | undefined {
  if (specifier.startsWith('node:')) {
    return layer.kind === 'domain' ? `the domain imports nothing, not even ${specifier}` : undefined
  }
  const name = packageName(specifier)
  const folders = PACKAGE_FOLDERS[name]
  if (folders === undefined) return `the package ${name} is not in the table of test/structure/layers.ts`
  if (folders.some((folder) => from.startsWith(`${folder}/`))) return undefined
  return `the package ${name} may be named only in ${folders.join(', ')}`
}

export function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** An adapter translates one framework's words into one plugin, not two. */
function checkAdapters(files: readonly SourceFile[], known: ReadonlySet<string>): string[] {
  const pluginOf = new Map<string, string>()
  const violations: string[] = []
  for (const { adapter, plugin, place } of files.flatMap((file) => pluginsOfAdapter(file, known))) {
    const first = pluginOf.get(adapter) ?? plugin
    pluginOf.set(adapter, first)
    if (first !== plugin)
      violations.push(`${place}: ${adapter} imports a second plugin, ${plugin} beside ${first}`)
  }
  return violations
}

function pluginsOfAdapter(
  file: SourceFile,
  known: ReadonlySet<string>,
): { adapter: string; plugin: string; place: string }[] {
  const layer = layerOf(file.path)
  if (layer?.kind !== 'adapter') return []
  return file.references.filter(isRelative).flatMap((reference) => {
    const target = join(dirname(file.path), reference.specifier)
    const plugin = known.has(target) ? layerOf(target) : undefined
    if (plugin?.kind !== 'plugin') return []
    return [{ adapter: layer.root, plugin: plugin.root, place: `${file.path}:${reference.line}` }]
  })
}
