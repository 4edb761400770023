import { fork } from 'node:child_process'
import type { Framework } from './ledger.ts'
import type { PlannedRequest } from './plan.ts'
import type { Tally } from './tally.ts'

export type TrafficOrder = {
  readonly plan: readonly PlannedRequest[]
  readonly ports: Readonly<Record<Framework, number>>
  /** How many send at a time. */
  readonly users: number
  /** Mean pause of a user between an answer and the next request, ms. */
  readonly pauseMs: number
  /** The traffic ends after this time even when requests are left. */
  readonly limitMs: number
  readonly seed: number
}

export type TrafficResult = {
  /** By `fastify nearest` and so on. */
  readonly tallies: Readonly<Record<string, Tally>>
  readonly sent: number
  readonly touches: number
  readonly failed: number
  /** The first few failures, in words. */
  readonly failures: readonly string[]
  /** Reports that showed a country as it was before a change that had ended before the request began. */
  readonly outdated: number
  readonly seconds: number
}

export type Progress = { readonly sent: number; readonly hits: number }

/** What the client process sends back. */
export type TrafficMessage = { readonly progress: Progress } | { readonly result: TrafficResult }

/**
 * Sends the planned requests from a process of its own, so that the client's work does not sit in the event loop
 * whose answers it times.
 */
export function sendTraffic(
  order: TrafficOrder,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<TrafficResult> {
  return new Promise((resolve, reject) => {
    const client = fork(new URL('traffic-client.ts', import.meta.url), { signal })
    client.on('message', (message: TrafficMessage) => {
      if ('result' in message) resolve(message.result)
      else onProgress(message.progress)
    })
    client.on('error', reject)
    client.on('exit', (code) => reject(new Error(`The traffic client ended early, with exit code ${code}`)))
    client.send(order)
  })
}
