import type { SurfacePort } from '../../src/application/index.ts'
import type { HttpRequest, Redispatched } from './keys.ts'
import { UncacheableMarks } from './uncacheable-marks.ts'

/** How long a refresh may take, milliseconds. */
const LIMIT = 60_000
/** How long a URL whose refresh brought nothing that could be kept is left alone, milliseconds. */
const REST = 1_000

/** Whether the handler failed; nothing is said of other answers, whether they were kept or not. */
export type RefreshOutcome = 'failed' | undefined

/** New answers in the making behind stale ones, one for each key at a time. */
export class Refreshes {
  readonly #port: SurfacePort
  readonly #underWay = new Map<string, Promise<RefreshOutcome>>()
  /** Of those under way. */
  readonly #failed = new Set<string>()
  readonly #resting = new UncacheableMarks(REST)

  constructor(port: SurfacePort) {
    this.#port = port
  }

  /**
   * Sends the request through its application once more, unless that is being done. Resolves when it was answered;
   * undefined if there is nothing to wait for.
   *
   * @param isFresh whether there is a fresh answer now
   */
  begin(request: HttpRequest, key: string, isFresh: () => boolean): Promise<unknown> | undefined {
    const known = this.#underWay.get(key) ?? this.#port.underWay(key)
    if (known !== undefined) return known
    const { framework, raw, contentInKey } = request
    // Its content has been read: nothing can send it once more.
    if (framework?.redispatch === undefined || contentInKey === true) return undefined
    if (this.#resting.has(key, this.#port.wall())) return undefined
    const refresh = this.#run(() => framework.redispatch?.(raw), key, isFresh)
    this.#underWay.set(key, refresh)
    return refresh
  }

  /** The handler answered a refresh with a server error. */
  fail(key: string): void {
    if (this.#underWay.has(key)) this.#failed.add(key)
  }

  async #run(
    redispatch: () => Redispatched | undefined,
    key: string,
    isFresh: () => boolean,
  ): Promise<RefreshOutcome> {
    try {
      // The stale answer goes first: the handler starts when it is on its way.
      await new Promise((resolve) => setImmediate(resolve))
      const sent = redispatch()
      const cancel = this.#port.schedule(LIMIT, () => sent?.stop())
      await sent?.ended
      cancel()
      if (!isFresh()) this.#resting.mark(key, this.#port.wall())
    } catch (error) {
      this.#resting.mark(key, this.#port.wall())
      this.#port.report(error)
    } finally {
      this.#underWay.delete(key)
    }
    return this.#failed.delete(key) ? 'failed' : undefined
  }
}
