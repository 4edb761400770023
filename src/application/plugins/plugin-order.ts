import { DuplicatePluginError, nearestNames, type Plugin, PluginOrderError } from '../../domain/index.ts'

/** A plugin with its options, as it will be started. */
export interface Planned {
  readonly plugin: Plugin
  readonly options: unknown
}

/**
 * Plugins in an order in which each comes after those it names in `after`; otherwise as they were listed. Kahn's
 * algorithm, always taking the first listed plugin that is free, so the order is stable.
 *
 * @throws DuplicatePluginError, PluginOrderError (a missing name or a circle; both ends are named)
 */
export function inOrder(planned: readonly Planned[]): readonly Planned[] {
  const names = new Set<string>()
  for (const { plugin } of planned) {
    if (names.has(plugin.name)) throw new DuplicatePluginError(plugin.name)
    names.add(plugin.name)
  }
  for (const { plugin } of planned)
    for (const before of plugin.after ?? []) mustExist(plugin.name, before, names)

  const ordered: Planned[] = []
  const done = new Set<string>()
  const left = [...planned]
  while (left.length > 0) {
    const free = left.findIndex(({ plugin }) => (plugin.after ?? []).every((before) => done.has(before)))
    if (free === -1) throw new PluginOrderError(circle(left))
    const [next] = left.splice(free, 1) as [Planned]
    done.add(next.plugin.name)
    ordered.push(next)
  }
  return ordered
}

function mustExist(name: string, before: string, names: ReadonlySet<string>): void {
  if (names.has(before)) return
  const [nearest] = nearestNames(
    before,
    [...names].filter((other) => other !== name),
  )
  const hint =
    nearest === undefined
      ? `Add "${before}" to plugins, or remove it from after.`
      : `Did you mean "${nearest}"?`
  throw new PluginOrderError(
    `The plugin "${name}" must come after "${before}", which is not among the plugins. ${hint}`,
  )
}

/** Follows `after` from any plugin that is left until a name repeats. */
function circle(left: readonly Planned[]): string {
  const waiting = new Map(left.map(({ plugin }) => [plugin.name, plugin.after ?? []]))
  const path: string[] = []
  let name = left[0]?.plugin.name as string
  while (!path.includes(name)) {
    path.push(name)
    name = (waiting.get(name) ?? []).find((before) => waiting.has(before)) as string
  }
  const ring = [...path.slice(path.indexOf(name)), name].map((each) => `"${each}"`)
  return `The plugins wait for each other: ${ring.join(' after ')}. Remove one of these from after.`
}
