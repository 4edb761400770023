import { HookError, type SignalName, type Signals } from '../../domain/index.ts'
import type { Registered } from './point-runner.ts'

/** Tells every listener of one signal. */
export type SignalRunner<S extends SignalName> = (event: Signals[S]) => void

/**
 * One function for all listeners of a signal, or null for none, so that an unheard signal costs one comparison and
 * its event is never built. A listener that throws, or returns a promise that rejects, is reported and contained;
 * the others still hear it. Nothing is awaited.
 */
export function signalRunner<S extends SignalName>(
  signal: S,
  listeners: readonly Registered<(event: Signals[S]) => unknown>[],
  report: (error: unknown, from: SignalName) => void,
): SignalRunner<S> | null {
  if (listeners.length === 0) return null
  return (event) => {
    for (const { plugin, handler } of listeners) {
      const failed = (error: unknown) => report(new HookError(signal, plugin, error), signal)
      try {
        const result = handler(event)
        if (result instanceof Promise) result.catch(failed)
      } catch (error) {
        failed(error)
      }
    }
  }
}
