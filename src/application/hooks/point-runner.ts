import {
  AsyncHookError,
  type Clock,
  HookError,
  type HookHandler,
  type HookPoints,
  type PointName,
} from '../../domain/index.ts'
import { wrongField } from './patch-check.ts'

/** A handler and whose it is. */
export interface Registered<H> {
  readonly plugin: string
  readonly handler: H
}

/** What a runner needs from its surroundings. */
export interface RunnerContext {
  readonly clock: Clock
  /** Milliseconds after which a promise is given up. */
  readonly timeout: number
  report(error: unknown): void
}

/** One point with its handlers, compiled when the generation is built. */
export interface PointRunner<P extends PointName> {
  /** Synchronous as long as every handler is; never rejects. */
  run(context: HookPoints[P]): HookPoints[P] | Promise<HookPoints[P]>
  /** @throws AsyncHookError if a handler returns a promise */
  runSync(context: HookPoints[P]): HookPoints[P]
}

/** What a handler that failed has returned. */
const FAILED: unique symbol = Symbol('failed')

type Patch<P extends PointName> = Partial<HookPoints[P]> | void | typeof FAILED

/**
 * Runs the handlers one after another, each with the context as the ones before it left it. A handler that throws,
 * rejects, does not settle in time or returns what makes no sense is reported and skipped; the work goes on with the
 * context it was given. Not so for encode and decode: skipping one would keep, or hand out, a value in the wrong form, so
 * there a failure ends the run with no value at all.
 */
export function pointRunner<P extends PointName>(
  point: P,
  handlers: readonly Registered<HookHandler<P>>[],
  surroundings: RunnerContext,
): PointRunner<P> | null {
  if (handlers.length === 0) return null
  const coding = point === 'encode' || point === 'decode'
  const failed = (plugin: string, error: unknown): typeof FAILED => {
    surroundings.report(new HookError(point, plugin, error))
    return FAILED
  }

  const call = ({ plugin, handler }: Registered<HookHandler<P>>, context: HookPoints[P]) => {
    try {
      return handler(context)
    } catch (error) {
      return failed(plugin, error)
    }
  }

  /** The context after one handler; undefined where its failure ends the run. */
  const merge = (plugin: string, context: HookPoints[P], patch: Patch<P>): HookPoints[P] | undefined => {
    if (patch === FAILED) return coding ? undefined : context
    if (typeof patch !== 'object' || patch === null) return context
    const merged = { ...context, ...patch }
    const wrong = wrongField(point, merged)
    if (wrong === undefined) return merged
    return merge(plugin, context, failed(plugin, new Error(`what it returned has no valid ${wrong}.`)))
  }

  const lost = (context: HookPoints[P]): HookPoints[P] => ({ ...context, value: undefined })

  const runFrom = (start: number, initial: HookPoints[P]): HookPoints[P] | Promise<HookPoints[P]> => {
    let context = initial
    for (let i = start; i < handlers.length; i++) {
      const registered = handlers[i] as Registered<HookHandler<P>>
      const result = call(registered, context)
      if (isPromise(result)) {
        return settled(result, registered.plugin).then((patch) => {
          const merged = merge(registered.plugin, context, patch)
          return merged === undefined ? lost(context) : runFrom(i + 1, merged)
        })
      }
      const merged = merge(registered.plugin, context, result)
      if (merged === undefined) return lost(context)
      context = merged
    }
    return context
  }

  const settled = (promise: PromiseLike<Partial<HookPoints[P]> | void>, plugin: string) =>
    new Promise<Patch<P>>((resolve) => {
      const cancel = surroundings.clock.schedule(surroundings.timeout, () => {
        resolve(
          failed(plugin, new Error(`it did not settle within ${surroundings.timeout} ms (hookTimeout).`)),
        )
      })
      Promise.resolve(promise).then(
        (patch) => {
          cancel()
          resolve(patch ?? undefined)
        },
        (error: unknown) => {
          cancel()
          resolve(failed(plugin, error))
        },
      )
    })

  return {
    run: (context) => runFrom(0, context),
    runSync(initial) {
      let context = initial
      for (const registered of handlers) {
        const result = call(registered, context)
        if (isPromise(result)) {
          Promise.resolve(result).catch(() => {})
          throw new AsyncHookError(point, registered.plugin)
        }
        const merged = merge(registered.plugin, context, result)
        if (merged === undefined) return lost(context)
        context = merged
      }
      return context
    },
  }
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  )
}
