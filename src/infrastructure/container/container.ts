import 'reflect-metadata'
import { type DependencyContainer, instancePerContainerCachingFactory, container as tsyringe } from 'tsyringe'
import type { Token } from './tokens.ts'

/** What the composition root sees of tsyringe: typed tokens, factories, child containers. */
export interface Container {
  /** Registers a factory; its product is made once, on first use, in the container that asks. */
  register<T>(
    token: Token<T>,
    make: (container: Container) => T,
    dispose?: (service: T) => void | Promise<void>,
  ): void
  resolve<T>(token: Token<T>): T
  /** A container that falls back to this one. */
  child(): Container
  /** Disposes what was made here, last made first, and forgets everything. */
  dispose(): Promise<void>
}

/** An empty container of its own; nothing is registered in tsyringe's global one. */
export function createContainer(): Container {
  return wrap(tsyringe.createChildContainer())
}

/**
 * tsyringe disposes only what it constructed itself, not what factories made, so the disposers are kept here. Services
 * are resolved when a generation is built, never per call: a resolve costs more than a cache hit.
 */
function wrap(inner: DependencyContainer): Container {
  const disposers: (() => void | Promise<void>)[] = []
  const self: Container = {
    register(token, make, dispose) {
      inner.register(token as symbol, {
        useFactory: instancePerContainerCachingFactory(() => {
          const service = make(self)
          if (dispose !== undefined) disposers.push(() => dispose(service))
          return service
        }),
      })
    },
    resolve: <T>(token: Token<T>) => inner.resolve<T>(token as symbol),
    child: () => wrap(inner.createChildContainer()),
    async dispose() {
      for (let last = disposers.pop(); last !== undefined; last = disposers.pop()) await last()
      inner.clearInstances()
      inner.reset()
    },
  }
  return self
}
