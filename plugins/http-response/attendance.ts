import type { ExchangeParts } from './exchange-parts.ts'
import type { Orphan } from './orphans.ts'
import type { RecordedBody } from './recorded-body.ts'

/** How long a handler may go on with its answer after its client has left, milliseconds. */
const AFTER_CLOSE = 30_000

/**
 * How long others wait for the end of an answer that does not say how long it is, milliseconds from its head. It may have
 * none, or be meant to be read as it comes, and a cache has nothing to give before the end. Pages that are rendered into
 * a stream mostly have theirs by then; who starts a second one half a second later has not waited long for nothing.
 */
const OPEN_ENDED = 500

/** Who is there while an answer is made: those who wait for it, and the client that asked, who may leave before its end. */
export class Attendance implements Orphan {
  readonly #parts: ExchangeParts
  readonly #body: RecordedBody
  readonly #exchange: { abandon(): void }
  #closed = false
  #left = false
  /** Set while somebody is waited for. */
  #disarm: (() => void) | undefined

  /** @param exchange is given up, which ends this, too */
  constructor(parts: ExchangeParts, body: RecordedBody, exchange: { abandon(): void }) {
    this.#parts = parts
    this.#body = body
    this.#exchange = exchange
  }

  abandon(): void {
    this.#exchange.abandon()
  }

  /** The client has left before the end. */
  get left(): boolean {
    return this.#left
  }

  get held(): number {
    return this.#body.length
  }

  /** The head is out, and does not say how long the body is: it may still be kept, but nobody waits for it for long. */
  openEnded(): void {
    if (this.#closed) return
    this.#disarm?.()
    this.#disarm = this.#parts.port.schedule(OPEN_ENDED, () => {
      this.#parts.giveUp()
      this.#parts.pending.release()
    })
  }

  /** The connection closed: nobody waits any more, and the handler may go on for a while. */
  closed(ended: boolean): void {
    this.#closed = true
    this.#left = !ended
    this.#parts.pending.release()
    this.#disarm?.()
    this.#disarm = this.#parts.port.schedule(AFTER_CLOSE, () => this.abandon())
    this.#parts.orphans.note(this)
  }

  /** More of the body was recorded. */
  grew(): void {
    if (this.#closed) this.#parts.orphans.note(this)
  }

  end(): void {
    if (this.#closed) this.#parts.orphans.delete(this)
    // A timer would hold on to its request and response for nothing.
    this.#disarm?.()
  }
}
