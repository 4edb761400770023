import type { CacheConfiguration } from '../../domain/index.ts'
import type { CompiledPoints, HookRegistry } from '../hooks/index.ts'

/** What a generation is made of. */
export interface GenerationParts {
  readonly id: number
  readonly configuration: CacheConfiguration
  readonly points: CompiledPoints
  readonly registry: HookRegistry
  /** What plugins provided, by plugin name. */
  readonly surfaces: ReadonlyMap<string, unknown>
  /** Stops the plugins, last started first, and disposes what was made for this generation. */
  readonly dispose: () => Promise<void>
}

/**
 * One immutable configuration at work. A call, and all that happens inside one scope, uses the generation it began
 * with; a retired generation is disposed when the last of its users has left.
 */
export class Generation {
  readonly id: number
  readonly configuration: CacheConfiguration
  readonly points: CompiledPoints
  readonly registry: HookRegistry
  readonly surfaces: ReadonlyMap<string, unknown>
  /** True if a read may take the short way: nothing hooked into reads, and the cache is on. */
  readonly fastReads: boolean
  readonly #dispose: () => Promise<void>
  #users = 0
  #idle: (() => void)[] = []

  constructor(parts: GenerationParts) {
    this.id = parts.id
    this.configuration = parts.configuration
    this.points = parts.points
    this.registry = parts.registry
    this.surfaces = parts.surfaces
    this.fastReads = parts.configuration.enabled && !parts.points.readsAreHooked
    this.#dispose = parts.dispose
  }

  enter(): void {
    this.#users += 1
  }

  leave(): void {
    this.#users -= 1
    if (this.#users > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  /** Resolves once nobody uses it any more. */
  async drained(): Promise<void> {
    if (this.#users === 0) return
    await new Promise<void>((resolve) => {
      this.#idle.push(resolve)
    })
  }

  async retire(): Promise<void> {
    await this.drained()
    await this.#dispose()
  }
}
