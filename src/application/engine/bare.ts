import { ClosedError, type Load } from '../../domain/index.ts'
import { account } from './account.ts'
import type { Haste } from './bulkhead.ts'
import type { CallPolicy } from './call-policy.ts'
import type { Engine } from './engine.ts'
import type { Generation } from './generation.ts'
import { runsAtOnce } from './haste.ts'
import type { KeySpace } from './key-space.ts'
import { armTimeout, takePlace, unlessAborted } from './load.ts'
import { Loading } from './load-context.ts'
import { onAbort } from './on-abort.ts'
import { inScope, Scope } from './scope.ts'

/** A getOrSet whose options are checked and whose key is shaped. */
export interface BareCall {
  readonly generation: Generation
  readonly space: KeySpace
  readonly key: string
  readonly load: Load<unknown>
  readonly policy: CallPolicy
  readonly signal: AbortSignal | undefined
  readonly scope: Scope | undefined
  /** True if it waits for a batch, which takes a place of its own. */
  readonly batched: boolean
}

/** Without the cache: nobody shares the load, so the caller's signal is the load's, too. */
export async function runBare(engine: Engine, call: BareCall): Promise<unknown> {
  // Hooks may have taken until after the end of the cache, which has ended what was under way by then.
  if (engine.closed) throw new ClosedError()
  const { signal } = call
  const haste = new BareHaste(call.space, runsAtOnce(engine, call.scope))
  const scope = bareScope(engine, call, haste)
  const controller = new AbortController()
  const leave = () => controller.abort(signal?.reason)
  const disarm = armTimeout(engine, call, controller)
  const stay = signal === undefined ? () => {} : onAbort(signal, leave)
  if (signal?.aborted === true) leave()
  engine.underWay.add(controller)
  try {
    return await placed(engine, call, { scope, haste, signal: controller.signal })
  } finally {
    engine.underWay.delete(controller)
    stay()
    disarm()
    if (scope !== call.scope) {
      // What it reads counts where it was called, and whatever became of it.
      call.scope?.absorb(scope)
      call.scope?.waits.delete(scope)
      scope.close()
    }
  }
}

/** That of the load around it, if it runs on its place; else one of its own, by which loads inside it know that it has one. */
function bareScope(engine: Engine, { scope: parent, generation }: BareCall, haste: Haste): Scope {
  if (parent !== undefined && haste.urgent) return parent
  const { maxDeps } = generation.configuration
  const scope = new Scope({ owner: engine, generation, parent, maxDeps, load: true })
  scope.haste = haste
  parent?.waits.add(scope)
  return scope
}

/** How soon a load without the cache runs, and whether it does by now. */
class BareHaste implements Haste {
  urgent: boolean
  expedite: (() => void) | undefined
  began = false
  readonly #space: KeySpace

  constructor(space: KeySpace, urgent: boolean) {
    this.#space = space
    this.urgent = urgent
  }

  begin(): void {
    this.began = true
    this.#space.counters.loads += 1
  }
}

/** A load without the cache, under way. */
interface Bare {
  readonly scope: Scope
  readonly haste: BareHaste
  readonly signal: AbortSignal
}

async function placed(engine: Engine, call: BareCall, { scope, haste, signal }: Bare): Promise<unknown> {
  const { space, key, batched } = call
  const since = engine.clock.now()
  signal.throwIfAborted()
  const place = batched ? () => {} : takePlace(engine, signal, [haste])
  const leave = place instanceof Promise ? await place : place
  if (!batched) haste.begin()
  let failed = false
  try {
    const loading = new Loading(engine, scope, key, signal, undefined, haste)
    return await unlessAborted(signal, async () => inScope(scope, () => call.load(loading)))
  } catch (error) {
    failed = true
    throw error
  } finally {
    leave()
    // A load whose caller has left is given up: it has neither failed nor come to its end.
    if (haste.began && !(failed && hasLeft(call, signal)))
      account(engine, { space, key, since, failed, correlation: scope.correlation })
  }
}

/** Whether the caller left before the load had ended in any other way. */
function hasLeft({ signal: own }: BareCall, signal: AbortSignal): boolean {
  return own?.aborted === true && signal.reason === own.reason
}
