import type { Haste } from './bulkhead.ts'
import type { Engine } from './engine.ts'
import { mayWaitFor } from './place-order.ts'
import type { Scope } from './scope.ts'

/** True if the call comes from within a load, which holds a place in the bulkhead of its cache or needs none. */
function insideLoad(scope: Scope | undefined): boolean {
  for (let at = scope; at !== undefined; at = at.parent) if (at.load) return true
  return false
}

/**
 * True for a load that must not wait for a place: what waits for it holds one of this engine already, or one that the
 * loads of this engine may wait for in turn.
 */
export function runsAtOnce(engine: Engine, scope: Scope | undefined): boolean {
  if (scope === undefined) return false
  return scope.owners.includes(engine) || mustNotWait(engine, scope)
}

/**
 * A load waits for a flight that it joins, which may hold a place, or wait for one. If what the flight waits for may in
 * turn be a place that is held around that load, none of it waits for places any more, whosever they are.
 */
export function hasten(engine: Engine, scope: Scope | undefined, joined: Haste & { scope: Scope }): void {
  if (scope === undefined || !insideLoad(scope)) return
  hurry(joined)
  if (mustNotWait(engine, scope)) hastenAll(joined.scope)
}

function mustNotWait(engine: Engine, scope: Scope): boolean {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) if (at.hasty) return true
  return scope.owners.some((owner) => owner !== engine && !mayWaitFor(owner as object, engine))
}

function hastenAll(first: Scope): void {
  const found = new Set([first])
  // A Set hands out what is added while it is walked.
  for (const scope of found) {
    scope.hasty = true
    if (scope.haste !== undefined) hurry(scope.haste)
    for (const next of scope.waits) found.add(next)
  }
}

function hurry(haste: Haste): void {
  haste.urgent = true
  haste.expedite?.()
}
