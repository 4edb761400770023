import type { CacheConfiguration } from '../../domain/index.ts'
import type { CompiledPoints, HookRegistry } from '../hooks/index.ts'
import { Codecs } from '../values/index.ts'
import { type CallPolicy, plainPolicy } from './call-policy.ts'

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
  /** What holds for a call without options. */
  readonly policy: CallPolicy
  readonly registry: HookRegistry
  readonly codecs: Codecs
  readonly surfaces: ReadonlyMap<string, unknown>
  /** False where calls go without the store: the cache is off, or its entries are kept in another form by now. */
  serves: boolean
  /** True if a read may take the short way: nothing hooked into reads, and the cache is on. */
  fastReads: boolean
  /** True if hooks take part in a set, which may then take effect some time after its call. */
  readonly writesAreHooked: boolean
  readonly #dispose: () => Promise<void>
  #disposed: Promise<void> | undefined
  #users = 0
  #idle: (() => void)[] = []

  constructor(parts: GenerationParts) {
    this.id = parts.id
    this.configuration = parts.configuration
    this.policy = plainPolicy(parts.configuration.policy)
    this.points = parts.points
    this.registry = parts.registry
    this.codecs = new Codecs(parts.configuration.codecs)
    this.surfaces = parts.surfaces
    this.serves = parts.configuration.enabled
    this.fastReads = this.serves && !parts.points.readsAreHooked
    const { key, lookup, store, encode } = parts.points
    this.writesAreHooked = key !== null || lookup !== null || store !== null || encode !== null
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

  /** Calls that still belong to it go without the store from now on. */
  setAside(): void {
    this.serves = false
    this.fastReads = false
  }

  /** Runs a call as one of its users. */
  async serve<T>(call: () => Promise<T>): Promise<T> {
    this.enter()
    try {
      return await call()
    } finally {
      this.leave()
    }
  }

  /** Resolves once nobody uses it any more. */
  async drained(): Promise<void> {
    if (this.#users === 0) return
    await new Promise<void>((resolve) => {
      this.#idle.push(resolve)
    })
  }

  /** Stops its plugins, once, whoever still uses it. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose()
    return this.#disposed
  }

  async retire(): Promise<void> {
    await this.drained()
    await this.dispose()
  }
}
