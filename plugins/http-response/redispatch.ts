import { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { isEncrypted } from './encrypted.ts'
import type { Redispatched } from './keys.ts'

/** What a framework hands to `node:http` as its listener. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** What the first request must have of its message; HTTP/2 has it too. */
export interface Dispatched {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
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
  request.headers = headersOf(first)
  request.rawHeaders = Object.entries(request.headers).flatMap(([name, value]) =>
    [value ?? []].flat().flatMap((line) => [name, line]),
  )
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

function headersOf({ headers }: Dispatched): IncomingMessage['headers'] {
  const host = headers.host ?? headers[':authority']
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith(':') && !LEFT_OUT.has(name))
  return { ...Object.fromEntries(kept), ...(typeof host === 'string' && { host }) }
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
