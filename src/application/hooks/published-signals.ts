import { type Channel, channel } from 'node:diagnostics_channel'
import { SIGNALS, type SignalName } from '../../domain/index.ts'
import type { CompiledSignals } from './hook-registry.ts'
import type { SignalRunner } from './signal-runner.ts'

/** One channel per signal for all caches of the process: `hitherto:hit`, `hitherto:miss`, ... */
const CHANNELS = Object.fromEntries(
  SIGNALS.map((signal) => [signal, channel(`hitherto:${signal}`)]),
) as Record<SignalName, Channel>

const { hit, miss, stored, evicted, expired, invalidated, stale, refused, loaded, error, reloaded } = CHANNELS

/** For whoever has to know whether hits are published before anything else: a subscriber comes without a notice. */
export const hitChannel: Channel = hit

/**
 * Compiled signals that are published on `node:diagnostics_channel`, too, while anybody subscribes there. Whether
 * somebody does can change at any moment, so each signal is a getter: null as long as nobody listens here or there.
 * Each is written out, on a channel that is a constant: V8 then inlines it down to one comparison, where one closure for
 * all of them was a call, and a fifth of a hit.
 */
export class PublishedSignals implements CompiledSignals {
  readonly #own: CompiledSignals
  readonly #both: CompiledSignals

  constructor(cache: string, own: CompiledSignals) {
    this.#own = own
    this.#both = Object.fromEntries(
      SIGNALS.map((signal) => [signal, both(cache, signal, own[signal] as SignalRunner<SignalName> | null)]),
    ) as unknown as CompiledSignals
  }

  get hit(): CompiledSignals['hit'] {
    return hit.hasSubscribers ? this.#both.hit : this.#own.hit
  }

  get miss(): CompiledSignals['miss'] {
    return miss.hasSubscribers ? this.#both.miss : this.#own.miss
  }

  get stored(): CompiledSignals['stored'] {
    return stored.hasSubscribers ? this.#both.stored : this.#own.stored
  }

  get evicted(): CompiledSignals['evicted'] {
    return evicted.hasSubscribers ? this.#both.evicted : this.#own.evicted
  }

  get expired(): CompiledSignals['expired'] {
    return expired.hasSubscribers ? this.#both.expired : this.#own.expired
  }

  get invalidated(): CompiledSignals['invalidated'] {
    return invalidated.hasSubscribers ? this.#both.invalidated : this.#own.invalidated
  }

  get stale(): CompiledSignals['stale'] {
    return stale.hasSubscribers ? this.#both.stale : this.#own.stale
  }

  get refused(): CompiledSignals['refused'] {
    return refused.hasSubscribers ? this.#both.refused : this.#own.refused
  }

  get loaded(): CompiledSignals['loaded'] {
    return loaded.hasSubscribers ? this.#both.loaded : this.#own.loaded
  }

  get error(): CompiledSignals['error'] {
    return error.hasSubscribers ? this.#both.error : this.#own.error
  }

  get reloaded(): CompiledSignals['reloaded'] {
    return reloaded.hasSubscribers ? this.#both.reloaded : this.#own.reloaded
  }
}

function both(
  cache: string,
  signal: SignalName,
  own: SignalRunner<SignalName> | null,
): SignalRunner<SignalName> {
  const into = CHANNELS[signal]
  return (event) => {
    own?.(event)
    into.publish({ cache, ...event })
  }
}
