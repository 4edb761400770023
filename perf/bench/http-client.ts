import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/*
 * HTTP over bare sockets, for the other end of the HTTP benches: it costs less than any server spends on an answer. It
 * knows answers with Content-Length only.
 */

const EMPTY = Buffer.alloc(0)
const END_OF_HEAD = '\r\n\r\n'

/** So many connections that stay open. */
export async function connections(port: number, count: number): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: count }, () => connect({ port, host: '127.0.0.1', noDelay: true }))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  return sockets
}

/** Calls back with the head of each answer when its body has come, too. */
export function onAnswers(socket: Socket, answered: (head: string) => void): void {
  let begun: Buffer = EMPTY
  let head = ''
  let left = 0
  socket.on('data', (chunk: Buffer) => {
    if (left > 0) {
      left -= chunk.byteLength
    } else {
      begun = begun.byteLength === 0 ? chunk : Buffer.concat([begun, chunk])
      const end = begun.indexOf(END_OF_HEAD)
      if (end === -1) return
      head = begun.toString('latin1', 0, end)
      left = end + END_OF_HEAD.length + lengthIn(head) - begun.byteLength
      begun = EMPTY
    }
    if (left < 0) throw new Error('More came than was asked for.')
    if (left === 0) answered(head)
  })
  socket.once('error', (error) => {
    throw error
  })
}

function lengthIn(head: string): number {
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? []
  if (length === undefined) throw new Error(`An answer without length:\n${head}`)
  return Number(length)
}

/** The head of a GET request. */
export function requestText(target: string, fields = ''): string {
  return `GET ${target} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n${fields}\r\n`
}

/**
 * Sends all requests, on each connection one after the other; resolves to how long each one took, milliseconds.
 *
 * @throws Error for an answer that is not 200
 */
export function askAll(sockets: readonly Socket[], requests: readonly string[]): Promise<number[]> {
  const { promise, resolve, reject } = withResolvers<number[]>()
  const took: number[] = []
  let next = 0
  for (const socket of sockets) {
    // Those of an earlier call.
    for (const event of ['data', 'error', 'close']) socket.removeAllListeners(event)
    let sent = 0
    const ask = (): void => {
      const request = requests[next++]
      if (request === undefined) return
      sent = performance.now()
      socket.write(request, 'latin1')
    }
    onAnswers(socket, (head) => {
      if (!head.startsWith('HTTP/1.1 200 ')) return reject(new Error(head))
      took.push(performance.now() - sent)
      if (took.length === requests.length) resolve(took)
      else ask()
    })
    socket.once('close', () => reject(new Error('The server has closed a connection.')))
    ask()
  }
  return promise
}

/** Node 20 has no Promise.withResolvers. */
function withResolvers<T>(): {
  promise: Promise<T>
  resolve: (value: T) => void
  reject: (error: Error) => void
} {
  let resolve: (value: T) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<T>((done, failed) => {
    resolve = done
    reject = failed
  })
  return { promise, resolve, reject }
}
