import type { OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http'
import type { Response } from 'express'

type Send = Response['writeHead']

/** For the methods that send the body. A class: see `Visit`. */
class HeadWatch {
  readonly #res: Response
  readonly #sending: (status: number) => boolean
  readonly #failed: () => void
  readonly #outside: <T>(task: () => T) => T
  readonly #writeHead: Send
  #watched: Send | undefined
  #seen = false
  #asking = false

  constructor(
    res: Response,
    sending: (status: number) => boolean,
    failed: () => void,
    outside: <T>(task: () => T) => T,
  ) {
    this.#res = res
    this.#sending = sending
    this.#failed = failed
    this.#outside = outside
    this.#writeHead = res.writeHead
  }

  /** From now on every head passes here; `watched` calls `pass`. */
  begin(watched: Send): void {
    this.#watched = watched
    this.#res.writeHead = watched
  }

  /** A head on its way, with what was given to `writeHead`. */
  pass(on: Response, status: number, rest: readonly unknown[]): Response {
    const writeHead = this.#writeHead
    if (this.#seen) return this.#outside(() => writeHead.apply(on, [status, ...rest] as never))
    const { reason, headers } = headArguments(rest)
    if (headers !== undefined) mergeHeaders(this.#res, headers)
    if (!this.#see(status)) return on
    if (this.#asking) {
      this.#res.statusCode = status
      if (reason !== undefined) this.#res.statusMessage = reason
      return on
    }
    try {
      const given = reason === undefined ? [status] : [status, reason]
      return this.#outside(() => writeHead.apply(on, given as never))
    } catch (error) {
      this.#seen = false
      this.#failed()
      throw error
    }
  }

  /** Makes sure that the head was seen; called before the first byte of the body goes on. */
  see(): void {
    const res = this.#res
    if (this.#seen || res.headersSent) return
    this.#asking = true
    try {
      res.writeHead(res.statusCode)
    } finally {
      this.#asking = false
    }
    // A layer behind the cache keeps the call to itself until later.
    if (!this.#seen) this.#see(res.statusCode)
    if (res.headersSent) return
    // The layers behind have had their turn; what Node calls now is for those before.
    res.writeHead = this.#writeHead
    // Node sends no head to a client that has left, and error handlers would take the body for theirs.
    if (res.destroyed) this.#outside(() => res.writeHead(res.statusCode))
  }

  /** The answer failed while it was sent: if the head is still here, it will be that of an error page. */
  forget(): void {
    if (this.#res.headersSent) return
    this.#seen = false
    this.#res.writeHead = this.#watched as Send
  }

  #see(status: number): boolean {
    this.#seen = true
    return this.#sending(status)
  }
}

/**
 * Calls back with the status once, when the layers behind the cache have made the head and before it is sent.
 *
 * Every head passes through `writeHead`; Node calls it for implicit ones too, but only from inside `write` or `end`,
 * after the wrappers of the layers before the cache. Layers behind it may add headers as late as in `writeHead`
 * (sessions do, with a cookie), and layers before it may do so in `end`. To have all of the first and none of the
 * second, an implicit head is asked for at the cache itself: `writeHead` is called through the layers behind, stops
 * here, and is sent on by Node when the layers before have had their turn.
 *
 * @param sending returns false if the whole answer has been sent in its place
 * @param failed the head could not be sent
 * @param outside runs what belongs to the layers before the cache
 */
export function onHead(
  res: Response,
  sending: (status: number) => boolean,
  failed: () => void = () => {},
  outside: <T>(task: () => T) => T = (task) => task(),
): HeadWatch {
  const watch = new HeadWatch(res, sending, failed, outside)
  watch.begin(function (this: Response, status: number, ...rest: unknown[]): Response {
    return watch.pass(this, status, rest)
  } as Send)
  return watch
}

/** As `onHead`, for an answer that is not recorded. Called also if the client has left and nothing is sent. */
export function beforeSending(res: Response, sending: (status: number) => void): void {
  const head = onHead(res, (status) => {
    sending(status)
    return true
  })
  const { write, end } = res
  res.write = function (this: Response, ...args: unknown[]): boolean {
    head.see()
    return write.apply(this, args as never)
  } as Response['write']
  res.end = function (this: Response, ...args: unknown[]): Response {
    head.see()
    return end.apply(this, args as never)
  } as Response['end']
}

type HeadArgument = OutgoingHttpHeaders | OutgoingHttpHeader[]

/** `writeHead(status, reason, headers)`, where the reason may be left out or be undefined. */
function headArguments([first, second]: readonly unknown[]): { reason?: string; headers?: HeadArgument } {
  const reason = typeof first === 'string' ? { reason: first } : {}
  const headers = typeof first === 'string' ? second : (second ?? first)
  return headers === undefined || headers === null ? reason : { ...reason, headers: headers as HeadArgument }
}

/** The headers given to `writeHead` bypass `setHeader`: set here, they are seen and sent like all others. */
function mergeHeaders(res: Response, headers: HeadArgument): void {
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers))
      if (value !== undefined) res.setHeader(name, value as string)
    return
  }
  const seen = new Set<string>()
  for (const [given, value] of pairs(headers)) {
    const name = given.toLowerCase()
    if (seen.has(name)) res.appendHeader(name, value)
    else res.setHeader(given, value)
    seen.add(name)
  }
}

/** Node takes `[name, value, name, value]` and `[[name, value], [name, value]]`. */
function pairs(list: readonly unknown[]): [string, string][] {
  if (Array.isArray(list[0])) return list as [string, string][]
  const found: [string, string][] = []
  for (let i = 0; i + 1 < list.length; i += 2) found.push([list[i] as string, list[i + 1] as string])
  return found
}
