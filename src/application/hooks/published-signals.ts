import { type Channel, channel } from 'node:diagnostics_channel'
import { SIGNALS, type SignalName, type Signals } from '../../domain/index.ts'
import type { CompiledSignals } from './hook-registry.ts'
import type { SignalRunner } from './signal-runner.ts'

/** One channel per signal for all caches of the process: `hitherto:hit`, `hitherto:miss`, ... */
const CHANNELS = Object.fromEntries(
  SIGNALS.map((signal) => [signal, channel(`hitherto:${signal}`)]),
) as Record<SignalName, Channel>

/**
 * Compiled signals that are published on `node:diagnostics_channel`, too, while anybody subscribes there. Whether
 * somebody does can change at any moment, so each signal is a getter: null as long as nobody listens here or there, which
 * is one comparison more than without the channels.
 */
export function publishedSignals(cache: string, compiled: CompiledSignals): CompiledSignals {
  const published = {}
  for (const signal of SIGNALS) {
    const own = compiled[signal] as SignalRunner<SignalName> | null
    const into = CHANNELS[signal]
    const both = (event: Signals[SignalName]) => {
      own?.(event)
      into.publish({ cache, ...event })
    }
    Object.defineProperty(published, signal, {
      get: () => (into.hasSubscribers ? both : own),
      enumerable: true,
    })
  }
  return published as CompiledSignals
}
