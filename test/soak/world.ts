/**
 * The data behind all pages: nothing but versions. Who changes something tells everybody when the change is complete;
 * from then on no answer may be made from an older version.
 */
export class World {
  readonly #versions = new Map<string, number>()
  readonly #known = new Map<string, number>()

  version(name: string): number {
    return this.#versions.get(name) ?? 0
  }

  /** The newest version that everybody was told of. */
  known(name: string): number {
    return this.#known.get(name) ?? 0
  }

  change(name: string): number {
    const version = this.version(name) + 1
    this.#versions.set(name, version)
    return version
  }

  tell(name: string, version: number): void {
    if (version > this.known(name)) this.#known.set(name, version)
  }

  /** Nothing is under way any more: every change is complete. */
  tellAll(): void {
    for (const [name, version] of this.#versions) this.tell(name, version)
  }
}
