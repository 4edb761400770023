import { ClosedError, type Load } from '../../domain/index.ts'
import type { CallPolicy } from './call-policy.ts'
import type { Engine } from './engine.ts'
import type { Generation } from './generation.ts'
import type { KeySpace } from './key-space.ts'
import { armTimeout, insideLoad, unlessAborted } from './load.ts'
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
}

/**
 * Without the cache: the load runs in the caller's scope, so that what it reads still counts there. Nobody shares it,
 * so the caller's signal is the load's, too.
 */
export async function runBare(engine: Engine, call: BareCall): Promise<unknown> {
  // Hooks may have taken until after the end of the cache, which has ended what was under way by then.
  if (engine.closed) throw new ClosedError()
  const { generation, signal } = call
  const { maxDeps } = generation.configuration
  const scope =
    call.scope ?? new Scope({ owner: engine, generation, parent: undefined, maxDeps, load: false })
  const controller = new AbortController()
  const leave = () => controller.abort(signal?.reason)
  const disarm = armTimeout(engine, call, controller)
  const stay = signal === undefined ? () => {} : onAbort(signal, leave)
  if (signal?.aborted === true) leave()
  engine.underWay.add(controller)
  try {
    const haste = { urgent: insideLoad(call.scope), expedite: undefined }
    const loading = new Loading(engine, scope, call.key, controller.signal, undefined, haste)
    return await unlessAborted(controller.signal, async () => {
      call.space.counters.loads += 1
      return inScope(scope, () => call.load(loading))
    })
  } finally {
    engine.underWay.delete(controller)
    stay()
    disarm()
    if (call.scope === undefined) scope.close()
  }
}
