import type { Socket } from 'node:net'
import { connections, onAnswers, requestText } from './http-client.ts'
import { type LoadRequest, pageTarget } from './http-page.ts'

/*
 * The load of the HTTP benches, a process of its own: kept connections, each with one request under way, as from
 * browsers or a proxy. It never sleeps while answers are to come: to wake another process costs who writes to it 10 to
 * 25 us of system time on a virtual machine, and only servers that are slower than this client would pay that.
 */

const CONNECTIONS = 16

const { port, count } = JSON.parse(process.env.BENCH_LOAD ?? '') as Omit<LoadRequest, 'count'> & {
  /** JSON has no Infinity. */
  readonly count: number | null
}
const requests = Array.from({ length: count ?? 0 }, (_, at) => requestText(pageTarget(scattered(at))))
/** Requests still to be sent, and answers still to come. */
let toSend = 0
let toCome = 0
let next = 0

const sockets = await connections(port, CONNECTIONS)
for (const socket of sockets) {
  onAnswers(socket, (head) => answered(socket, head))
  socket.once('close', () => {
    if (toCome > 0) throw new Error('The server has closed a connection.')
    process.exit()
  })
}
process.on('message', (operations: number) => {
  toSend = operations
  toCome = operations
  for (const socket of sockets) ask(socket)
  stayAwake()
})
process.once('disconnect', () => process.exit())
process.send?.('ready')

function stayAwake(): void {
  if (toCome > 0) setImmediate(stayAwake)
}

/** The pages in an order that is not that of their making: steps of a prime that divides no round number. */
function scattered(at: number): number {
  return count === null ? at : (at * 7_919) % count
}

function ask(socket: Socket): void {
  if (toSend === 0) return
  toSend -= 1
  socket.write(requests[next % requests.length] ?? requestText(pageTarget(next)), 'latin1')
  next += 1
}

function answered(socket: Socket, head: string): void {
  if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(head)
  toCome -= 1
  if (toCome === 0) process.send?.('done')
  else ask(socket)
}
