import {
  CallOptionError,
  describe,
  type LoadContext,
  type LoadMany,
  type ManyLoaded,
} from '../../domain/index.ts'
import type { Engine } from './engine.ts'
import { takePlace, unlessAborted } from './load.ts'
import type { Loading } from './load-context.ts'
import { inScope, Scope } from './scope.ts'

/** A key whose load waits for its batch. */
interface Member {
  readonly key: string
  readonly loading: Loading
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Loads keys together. Each key goes through a flight of its own, with its own lease, waiters and lifetime; only the
 * work is shared: a flight's load puts its key here and waits. The keys of one turn of the event loop are loaded at
 * once, after the last promise of that turn has settled (as DataLoader does), so that callers who come through several
 * `await`s still meet.
 *
 * The load runs in a scope of its own, not in that of whoever happened to be first: what it reads goes to the flight of
 * each of its keys, and from there to the callers who asked for that key. A batch takes one place in the bulkhead, or
 * none if a load that has one waits for any of its keys.
 */
export class Batch {
  readonly #engine: Engine
  readonly #load: LoadMany<unknown>
  readonly #most: number
  #members: Member[] = []

  constructor(engine: Engine, load: LoadMany<unknown>, most: number) {
    this.#engine = engine
    this.#load = load
    this.#most = most
  }

  /** The load of one key. */
  one(key: string, context: LoadContext): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#members.push({ key, loading: context as Loading, resolve, reject })
      if (this.#members.length === 1)
        void Promise.resolve().then(() => process.nextTick(() => this.#dispatch()))
    })
  }

  #dispatch(): void {
    const members = this.#members
    this.#members = []
    for (const round of rounds(members)) {
      for (let at = 0; at < round.length; at += this.#most) void this.#run(round.slice(at, at + this.#most))
    }
  }

  async #run(members: readonly Member[]): Promise<void> {
    const engine = this.#engine
    const { generation } = engine
    const { maxDeps } = generation.configuration
    generation.enter()
    const askers = members.map(({ loading }) => loading.scope)
    const scope = new Scope({ owner: engine, generation, parent: undefined, askers, maxDeps, load: true })
    for (const asker of askers) asker.waits.add(scope)
    const gone = new Leaving(members)
    let leave = () => {}
    try {
      leave = await takePlace(
        engine,
        gone.signal,
        members.map(({ loading }) => loading.haste),
      )
      const now = engine.clock.now()
      for (const { loading } of members) if (!loading.signal.aborted) loading.haste.begin(now)
      const loaded = await unlessAborted(gone.signal, async () =>
        inScope(scope, () => this.#call(members, gone.signal)),
      )
      settle(members, loaded, scope)
    } catch (error) {
      for (const { reject } of members) reject(error)
    } finally {
      leave()
      gone.stop()
      scope.close()
      generation.leave()
      for (const asker of askers) asker.waits.delete(scope)
    }
  }

  #call(members: readonly Member[], signal: AbortSignal): ReturnType<LoadMany<unknown>> {
    const contexts = new Map(members.map(({ key, loading }) => [key, loading]))
    const of = (key: string): LoadContext => {
      const found = contexts.get(key)
      if (found !== undefined) return found
      throw new CallOptionError('of', `${JSON.stringify(key)} is none of the keys that are to be loaded.`)
    }
    return this.#load([...contexts.keys()], { signal, of })
  }
}

/**
 * The members such that no key is twice among those of a round. Where a key has several loads at once, by force or
 * because it was written in between, each has its own context, and needs an answer of its own.
 */
function rounds(members: readonly Member[]): Iterable<readonly Member[]> {
  const found: Member[][] = []
  const times = new Map<string, number>()
  for (const member of members) {
    const time = times.get(member.key) ?? 0
    times.set(member.key, time + 1)
    found[time] ??= []
    found[time].push(member)
  }
  return found
}

/** Aborts once every member's own load was given up. */
class Leaving {
  readonly #controller = new AbortController()
  readonly #stops: (() => void)[] = []
  #left: number

  constructor(members: readonly Member[]) {
    this.#left = members.length
    for (const { loading } of members) {
      const leave = () => {
        this.#left -= 1
        if (this.#left === 0) this.#controller.abort(loading.signal.reason)
      }
      loading.signal.addEventListener('abort', leave, { once: true })
      this.#stops.push(() => loading.signal.removeEventListener('abort', leave))
      if (loading.signal.aborted) leave()
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  stop(): void {
    for (const stop of this.#stops) stop()
  }
}

function settle(members: readonly Member[], loaded: ManyLoaded<unknown>, scope: Scope): void {
  const answerOf = answers(members, loaded)
  for (const [at, member] of members.entries()) {
    // The batch was made from what it read; so is each of its answers.
    member.loading.scope.absorb(scope)
    const answer = answerOf(member.key, at)
    if (answer instanceof Error) member.reject(answer)
    else member.resolve(answer)
  }
}

function answers(
  members: readonly Member[],
  loaded: ManyLoaded<unknown>,
): (key: string, at: number) => unknown {
  if (loaded instanceof Map) return (key) => loaded.get(key)
  if (Array.isArray(loaded) && loaded.length === members.length) return (_, at) => loaded[at]
  const got = Array.isArray(loaded) ? `${loaded.length} answers` : describe(loaded)
  throw new CallOptionError(
    'load',
    `expected an array of ${members.length} answers or a Map by key, got ${got}.`,
  )
}
