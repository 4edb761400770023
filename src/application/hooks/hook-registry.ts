import {
  ConfigurationError,
  type HookHandler,
  nearestNames,
  POINTS,
  type PointName,
  SIGNALS,
  type SignalName,
  type Signals,
} from '../../domain/index.ts'
import { type PointRunner, pointRunner, type Registered, type RunnerContext } from './point-runner.ts'
import { type SignalRunner, signalRunner } from './signal-runner.ts'

/** Every point, compiled; null where nobody takes part. */
export type CompiledPoints = { readonly [P in PointName]: PointRunner<P> | null } & {
  /** True if a read must leave the fast path: somebody takes part in key, lookup or decode. */
  readonly readsAreHooked: boolean
}

/** Every signal, compiled; null where nobody listens. */
export type CompiledSignals = { readonly [S in SignalName]: SignalRunner<S> | null }

type Listener<S extends SignalName> = Registered<(event: Signals[S]) => unknown>

/** Who takes part in which point and listens to which signal. Filled while plugins start, then compiled. */
export class HookRegistry {
  readonly #points = new Map<PointName, Registered<HookHandler<PointName>>[]>()
  readonly #signals = new Map<SignalName, Listener<SignalName>[]>()

  hook<P extends PointName>(point: P, plugin: string, handler: HookHandler<P>): void {
    mustBeKnown('point', point, POINTS)
    mustBeFunction(`hook('${point}')`, handler)
    append(this.#points, point as PointName, {
      plugin,
      handler: handler as unknown as HookHandler<PointName>,
    })
  }

  /** Returns what removes the listener again. */
  on<S extends SignalName>(signal: S, plugin: string, listener: (event: Signals[S]) => unknown): () => void {
    mustBeKnown('signal', signal, SIGNALS)
    mustBeFunction(`on('${signal}')`, listener)
    const entry = { plugin, handler: listener } as unknown as Listener<SignalName>
    append(this.#signals, signal as SignalName, entry)
    return () => {
      const left = (this.#signals.get(signal) ?? []).filter((other) => other !== entry)
      this.#signals.set(signal, left)
    }
  }

  /** Do the very same handlers take part in these points here and there? */
  agreesWith(other: HookRegistry, points: readonly PointName[]): boolean {
    return points.every((point) => {
      const here = this.#points.get(point) ?? []
      const there = other.#points.get(point) ?? []
      return here.length === there.length && here.every(({ handler }, i) => handler === there[i]?.handler)
    })
  }

  /** A copy that can be added to without changing this one, whose generation is immutable. */
  copy(): HookRegistry {
    const copy = new HookRegistry()
    for (const [point, handlers] of this.#points) copy.#points.set(point, [...handlers])
    for (const [signal, listeners] of this.#signals) copy.#signals.set(signal, [...listeners])
    return copy
  }

  compilePoints(surroundings: RunnerContext): CompiledPoints {
    const compiled = Object.fromEntries(
      POINTS.map((point) => [point, pointRunner(point, this.#points.get(point) ?? [], surroundings)]),
    ) as unknown as CompiledPoints
    const readsAreHooked = compiled.key !== null || compiled.lookup !== null || compiled.decode !== null
    return { ...compiled, readsAreHooked }
  }

  /** The listeners of this registry and, after them, of the others. */
  compileSignals(
    report: (error: unknown, from: SignalName) => void,
    ...others: readonly HookRegistry[]
  ): CompiledSignals {
    const listeners = (signal: SignalName) =>
      [this, ...others].flatMap((registry) => registry.#signals.get(signal) ?? [])
    return Object.fromEntries(
      SIGNALS.map((signal) => [signal, signalRunner(signal, listeners(signal), report)]),
    ) as unknown as CompiledSignals
  }
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

function mustBeKnown(kind: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return
  const nearest = nearestNames(name, known)
  const hint = nearest.length > 0 ? `did you mean '${nearest[0]}'?` : `known: ${known.join(', ')}.`
  throw new ConfigurationError(`hook ${kind}`, `there is no ${kind} named '${name}'; ${hint}`)
}

function mustBeFunction(where: string, value: unknown): void {
  if (typeof value === 'function') return
  throw new ConfigurationError(where, `expected a function, got ${typeof value}.`)
}
