import type { HookHandler, HookPoints, Plugin, PluginHost, PointName } from '../../src/domain/index.ts'
import { type Chaos, ChaosError, checkedTrouble, corrupted, type Trouble } from './chaos.ts'

/** What the handlers of one plugin share. */
interface Surroundings {
  readonly host: PluginHost
  readonly chaos: Chaos
  readonly trouble: Trouble
  readonly longest: number
}

/**
 * A plugin in trouble: each of its hooks may throw or reject (`throw`), answer late (`delay`) or never (`drop`), or
 * answer something else (`corrupt`): what `encode` and `decode` return, a codec that is, is damaged text or bytes; of
 * the other points a field has the wrong type. Its listeners may throw; nobody waits for them. A hook that answers
 * late or never is asynchronous, which getSync and peek refuse.
 *
 * @param longest how late an answer is at most, milliseconds of the host's clock; default 100
 * @throws RangeError for rates that are none
 * @example const cache = await createCache({ plugins: [chaosPlugin(gzip, chaosBySeed(1), { throw: 0.1 })] })
 */
export function chaosPlugin<O>(plugin: Plugin<O>, chaos: Chaos, trouble: Trouble, longest = 100): Plugin<O> {
  checkedTrouble(trouble)
  return {
    ...plugin,
    start(host, options) {
      const surroundings = { host, chaos, trouble, longest }
      const troubledHost: PluginHost = {
        ...host,
        hook: (point, handler) => host.hook(point, troubled(point, handler, surroundings)),
        on: (signal, listener) =>
          host.on(signal, (event) => {
            const kind = chaos.next({ throw: trouble.throw ?? 0 })
            listener(event)
            if (kind !== undefined) throw new ChaosError(`the ${signal} listener threw`)
          }),
      }
      return plugin.start(troubledHost, options)
    },
  }
}

function troubled<P extends PointName>(
  point: P,
  handler: HookHandler<P>,
  { host, chaos, trouble, longest }: Surroundings,
): HookHandler<P> {
  return (context) => {
    const kind = chaos.next(trouble)
    if (kind === 'drop') return new Promise(() => {})
    if (kind === 'delay') {
      return new Promise((resolve) => {
        host.clock.schedule(chaos.random.next() * longest, () => resolve(handler(context)))
      })
    }
    if (kind === 'throw') return failed(point, chaos)
    const patch = handler(context)
    if (kind !== 'corrupt') return patch
    return patch instanceof Promise
      ? patch.then((late) => damaged(point, context, late, chaos))
      : damaged(point, context, patch, chaos)
  }
}

function failed(point: PointName, chaos: Chaos): Promise<never> {
  const error = new ChaosError(`the ${point} hook failed`)
  if (chaos.random.next() < 0.5) throw error
  return Promise.reject(error)
}

function damaged<P extends PointName>(
  point: P,
  context: HookPoints[P],
  patch: Partial<HookPoints[P]> | void,
  { random }: Chaos,
): Partial<HookPoints[P]> {
  const whole: HookPoints[P] = { ...context, ...patch }
  if (point === 'encode' || point === 'decode') {
    return { ...whole, value: corrupted('value' in whole ? whole.value : undefined, random) }
  }
  const fields = Object.keys(context).filter((field) => field !== 'namespace' && field !== 'value')
  return { ...whole, [random.pick(fields)]: null }
}
