import 'reflect-metadata'
import { type DependencyContainer, instanceCachingFactory, container as tsyringe } from 'tsyringe'
import type { Token } from './tokens.ts'

/** What the composition root sees of tsyringe: typed tokens, factories, child containers. */
export interface Container {
  /** Registers a factory; its product is made once, on first use, also for child containers. */
  register<T>(
    token: Token<T>,
    make: (container: Container) => T,
    dispose?: (service: T) => void | Promise<void>,
  ): void
  resolve<T>(token: Token<T>): T
  /** A container that falls back to this one. */
  child(): Container
  /**
   * Disposes what was registered here and made, last made first, and forgets everything. One that cannot be disposed
   * does not keep the others; the first such error is thrown at the end.
   */
  dispose(): Promise<void>
}

/** An empty container of its own; nothing is registered in tsyringe's global one. */
export function createContainer(): Container {
  return wrap(tsyringe.createChildContainer())
}

/**
 * tsyringe disposes only what it constructed itself, not what factories made, so the disposers are kept here. One
 * instance per registration: a factory that caches per asking container would give a child its own engine. Services
 * are resolved when a generation is built, never per call: a resolve costs more than a cache hit.
 */
function wrap(inner: DependencyContainer): Container {
  const disposers: (() => void | Promise<void>)[] = []
  const self: Container = {
    register(token, make, dispose) {
      inner.register(token as symbol, {
        useFactory: instanceCachingFactory(() => {
          const service = make(self)
          if (dispose !== undefined) disposers.push(() => dispose(service))
          return service
        }),
      })
    },
    resolve: <T>(token: Token<T>) => inner.resolve<T>(token as symbol),
    child: () => wrap(inner.createChildContainer()),
    async dispose() {
      const faults: unknown[] = []
      for (let last = disposers.pop(); last !== undefined; last = disposers.pop()) {
        try {
          await last()
        } catch (error) {
          faults.push(error)
        }
      }
      inner.clearInstances()
      inner.reset()
      if (faults.length > 0) throw faults[0]
    },
  }
  return self
}
