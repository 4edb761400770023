import { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { isEncrypted } from './encrypted.ts'
import type { Redispatched } from './keys.ts'
import { FIRST_LINE_ONLY } from './observed-headers.ts'

/** What a framework hands to `node:http` as its listener. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** What the first request must have of its message; HTTP/2 has it too. */
export interface Dispatched {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** As they came: layers before the cache may have changed the others, and will do so once more. */
  readonly rawHeaders: readonly string[]
  readonly socket: Pick<Socket, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort'>
}

/** With the request as the application gets it. */
export interface SentAgain extends Redispatched {
  readonly message: IncomingMessage
}

/** What belongs to the first request alone: its connection, its conditions, its body. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'te',
  'upgrade',
  'expect',
  'transfer-encoding',
  'content-length',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'range',
  'cache-control',
  'pragma',
])

const redispatched = new WeakSet<object>()

/** Whether nobody but the cache waits for the answer to this request. */
export function isRedispatched(request: object): boolean {
  return redispatched.has(request)
}

/**
 * Sends a GET for the same URL, with the headers of the first request, through the application once more. The message
 * and its response are Node's own on a connection that leads nowhere: each framework takes them for a real request,
 * and no package is needed for it.
 *
 * @param target as in the request line
 * @param listen the application
 */
export function redispatch(first: Dispatched, target: string, listen: Listener): SentAgain {
  const socket = nowhere(first)
  const request = new IncomingMessage(socket)
  redispatched.add(request)
  request.method = 'GET'
  request.url = target
  request.httpVersionMajor = 1
  request.httpVersionMinor = 1
  request.httpVersion = '1.1'
  request.rawHeaders = linesOf(first)
  request.headers = joined(request.rawHeaders)
  request.complete = true
  request.push(null)
  const response = new ServerResponse(request)
  response.assignSocket(socket)
  const ended = new Promise<void>((resolve) => {
    response.once('close', resolve)
    // A server does this for the responses of its own connections.
    response.once('finish', () => {
      response.detachSocket(socket)
      socket.destroy()
      process.nextTick(() => response.emit('close'))
    })
  })
  listen(request, response)
  return { message: request, ended, stop: () => void socket.destroy() }
}

function linesOf({ headers, rawHeaders }: Dispatched): string[] {
  const lines: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name, value] = [rawHeaders[i] as string, rawHeaders[i + 1] as string]
    if (!name.startsWith(':') && !LEFT_OUT.has(name.toLowerCase())) lines.push(name, value)
  }
  // HTTP/2 has no host.
  const authority = headers.host === undefined ? headers[':authority'] : undefined
  return typeof authority === 'string' ? [...lines, 'host', authority] : lines
}

/** As Node joins the lines of a request. */
function joined(lines: readonly string[]): IncomingMessage['headers'] {
  const headers: Record<string, string> = {}
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const name = (lines[i] as string).toLowerCase()
    const value = lines[i + 1] as string
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined
    if (before === undefined) headers[name] = value
    else if (!FIRST_LINE_ONLY.has(name)) headers[name] = `${before}${name === 'cookie' ? '; ' : ', '}${value}`
  }
  return headers
}

/** A connection that takes everything and says nothing, with the addresses of the first one. */
function nowhere({ socket }: Dispatched): Socket {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  const encrypted = isEncrypted({ socket })
  const duplex = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done()
    },
  })
  const ignored = (): Duplex => duplex
  return Object.assign(duplex, {
    remoteAddress,
    remotePort,
    localAddress,
    localPort,
    ...(encrypted && { encrypted }),
    setTimeout: ignored,
    setNoDelay: ignored,
    setKeepAlive: ignored,
    ref: ignored,
    unref: ignored,
  }) as unknown as Socket
}
