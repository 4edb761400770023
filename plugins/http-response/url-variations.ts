import type { Pending, SurfacePort } from '../../src/application/index.ts'
import { keyUrl } from './key-url.ts'
import { tenantKey } from './keys.ts'
import { PurgedPaths } from './purged-paths.ts'
import { type HeaderFields, isSameUrl, type UrlVariation, urlVariation, variationKey } from './rules/index.ts'

/** Ways in which answers of one path may vary by their query; the oldest makes room. */
const MOST_VARIATIONS = 4

/** The ways of a path, the newest first. */
interface Variations {
  readonly kind: 'variations'
  readonly list: readonly UrlVariation[]
  /** False if there may be answers of other ways, too: of ones that made room, or from before the list was evicted. */
  readonly isAll: boolean
}

/** Where the answer to all URLs that are the same under one variation is stored. */
interface SameUrl {
  readonly kind: 'same-url'
  readonly primary: string
  readonly target: string
}

const purgedPaths = new PurgedPaths()

/** A URL is to be purged on every host. */
export function pathPurged(target: string, stamp: number): void {
  purgedPaths.note(pathOf(target), stamp)
}

/** Until an answer says the field, nobody pays for it. */
let any = false

/**
 * No-Vary-Search: a stored answer is found for every URL that is the same by its own word. It stays under the URL it was
 * made for; beside it the path remembers the variation, and the parts of the URL that count lead to it. Asked only where
 * there is nothing under the URL itself, and one look more where no answer of the path ever said the field.
 *
 * A purge of one URL has to reach the answers of all that are the same, whoever they are for. So each depends on the
 * parts of the URL that count, and on its path, without what routes add to keys: a purge names the former where all ways
 * of the path are remembered, and the latter where they are not; after that they are.
 */
export class UrlVariations {
  readonly #port: SurfacePort

  constructor(port: SurfacePort) {
    this.#port = port
  }

  /** The keys under which answers to this URL may be stored as those of another one; the newest variation first. */
  elsewhere(primary: string): readonly string[] {
    const target = any ? targetIn(primary) : undefined
    if (target === undefined) return []
    return (this.#of(primary, target)?.list ?? []).flatMap((variation) => {
      const same = this.#port.read<SameUrl>(withTarget(primary, variationKey(target, variation)))
      return same?.kind === 'same-url' && same.primary !== primary ? [same.primary] : []
    })
  }

  /** Whether the answer under the other key is the answer to this URL, too. */
  isSame(primary: string, other: string, headers: HeaderFields): boolean {
    const [asked, stored] = [targetIn(primary), targetIn(other)]
    return asked !== undefined && stored !== undefined && isSameUrl(stored, asked, urlVariation(headers))
  }

  /**
   * Drops what is stored for a URL and for all that are the same. Answers under way are reached by their path, as nobody
   * knows yet what they will say.
   */
  purge(primary: string): void {
    this.#port.purge(primary)
    const target = targetIn(primary)
    if (target === undefined) return
    purgedPaths.note(pathOf(target), this.#port.stamp())
    if (!any) return
    const known = this.#of(primary, target)
    for (const variation of known?.list ?? [])
      this.#port.purge(ofUrl(primary, variationKey(target, variation)))
    if (known?.isAll === true) return
    const path = ofPath(primary, target)
    this.#port.purge(path)
    // A path of which no answer says anything must not cost an entry for each write to it.
    if (known !== undefined) void this.#keepList(path, { kind: 'variations', list: [], isAll: true })
  }

  /** An answer is about to be stored under this key; false if it is outdated by now. */
  async remember(pending: Pending, primary: string, headers: HeaderFields): Promise<boolean> {
    const variation = urlVariation(headers)
    const target = variation && targetIn(primary)
    if (variation === undefined || target === undefined) return true
    any = true
    await this.#keep(pending, primary, target, variation)
    // From here on a purge finds the keys above.
    return !purgedPaths.since(pathOf(target), pending.begun)
  }

  async #keep(pending: Pending, primary: string, target: string, variation: UrlVariation): Promise<void> {
    const same = variationKey(target, variation)
    const path = ofPath(primary, target)
    pending.dependOn(ofUrl(primary, same))
    pending.dependOn(path)
    const lasting = { ttl: Number.POSITIVE_INFINITY, size: 100 + primary.length }
    await pending.keepAlso(
      { kind: 'same-url', primary, target } satisfies SameUrl,
      lasting,
      withTarget(primary, same),
    )
    const { list: known, isAll } = this.#of(primary, target) ?? { list: [], isAll: false }
    const text = textOf(variation)
    if (known[0] !== undefined && textOf(known[0]) === text) return
    const all = [variation, ...known.filter((other) => textOf(other) !== text)]
    const list = all.slice(0, MOST_VARIATIONS)
    await this.#keepList(path, { kind: 'variations', list, isAll: isAll && list.length === all.length })
  }

  /** By itself: it outlives the answer, whatever that was made from. */
  async #keepList(path: string, variations: Variations): Promise<void> {
    await this.#port.beginAlone(path).keep(variations, { ttl: Number.POSITIVE_INFINITY, size: 500 })
  }

  #of(primary: string, target: string): Variations | undefined {
    const known = this.#port.peek<Variations>(ofPath(primary, target))
    return known?.kind === 'variations' ? known : undefined
  }
}

/** On whatever host: a purge may mean all. */
function pathOf(target: string): string {
  return target.split('?', 1)[0] as string
}

/** The target in a primary key; undefined where a function of the route made the key. */
function targetIn(primary: string): string | undefined {
  const target: unknown = JSON.parse(primary)[TARGET]
  return typeof target === 'string' && target !== '' ? target : undefined
}

/** The place of the target in what `primaryKey` makes. */
const TARGET = 3

function withTarget(primary: string, target: string): string {
  const parts = JSON.parse(primary) as unknown[]
  parts[TARGET] = target
  return JSON.stringify(parts)
}

/** The key of a URL alone, without what routes add: as `urlKey` makes those that are purged. */
function ofUrl(primary: string, target: string): string {
  const url = keyUrl(primary)
  return tenantKey(url?.host ?? '', target, url?.tenant)
}

/** A list whose second member is null: `variationKey` makes none such, and no target is a list. */
function ofPath(primary: string, target: string): string {
  return ofUrl(primary, JSON.stringify([pathOf(target), null]))
}

/** Whether the target in a key stands for several URLs of the path of this one. */
export function isVariationOf(inKey: string, target: string): boolean {
  return inKey.startsWith('[') && JSON.parse(inKey)[0] === pathOf(target)
}

function textOf({ counted, names, ordered }: UrlVariation): string {
  return JSON.stringify([counted, ordered, [...names].sort()])
}
