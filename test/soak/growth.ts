import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'

/** Memory after a collection, bytes. */
export interface Memory {
  readonly heap: number
  readonly buffers: number
}

/** What is left when everything unreachable is gone. Needs `--expose-gc`. */
export async function memory(): Promise<Memory> {
  const { gc } = globalThis as unknown as { gc?: () => void }
  if (gc === undefined) throw new Error('run with --expose-gc')
  for (let i = 0; i < 6; i++) {
    await turn()
    gc()
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return { heap: heapUsed, buffers: arrayBuffers }
}

/** Bytes that figures grow by from the first to the last, on the straight line that fits them best. */
export function growth(figures: readonly number[]): number {
  const count = figures.length
  const mean = figures.reduce((sum, figure) => sum + figure, 0) / count
  const middle = (count - 1) / 2
  let over = 0
  let under = 0
  for (const [at, figure] of figures.entries()) {
    over += (at - middle) * (figure - mean)
    under += (at - middle) ** 2
  }
  return under === 0 ? 0 : (over / under) * (count - 1)
}

/** The process's own input and output, which Node opens when they are first used. */
const STANDARD_STREAMS: ReadonlySet<string> = new Set(['PipeWrap', 'TTYWrap'])

/** What else keeps the process alive: `{ TCPServerWrap: 2 }`. What was closed is gone some turns later. */
export async function handles(): Promise<Record<string, number>> {
  for (let i = 0; i < 20; i++) await turn()
  const counts: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo())
    if (!STANDARD_STREAMS.has(name)) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** Listeners on the process, on a server, and on each of its connections, since it was first looked at. */
export class Listeners {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #first = new WeakMap<object, number>()

  constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  get connections(): number {
    return this.#sockets.size
  }

  /** How many there are more than at the first look. Look when nothing is under way. */
  more(): number {
    return [process, this.#server, ...this.#sockets].reduce((sum, emitter) => {
      const count = emitter.eventNames().reduce((all, name) => all + emitter.listenerCount(name as never), 0)
      const first = this.#first.get(emitter)
      if (first === undefined) this.#first.set(emitter, count)
      return sum + Math.max(0, count - (first ?? count))
    }, 0)
  }
}
