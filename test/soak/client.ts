import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/** When a client leaves: when it has sent its request, when the head has come, or after so many bytes of the body. */
export type Leaving = 'sent' | 'head' | number

export interface Ask {
  readonly method: string
  readonly target: string
  readonly headers: OutgoingHttpHeaders
  readonly body?: string
  readonly leaving?: Leaving
  /** Reads with pauses. */
  readonly slow?: boolean
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The client left of its own will. */
  readonly left: boolean
  /** It came to its end. Without a head the status is 0. */
  readonly whole: boolean
}

const PAUSES = 12

/** A client with connections that it keeps. */
export class SoakClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64, maxFreeSockets: 64 })
  readonly #port: string

  constructor(origin: string) {
    this.#port = new URL(origin).port
  }

  close(): void {
    this.#agent.destroy()
  }

  /** Never rejects. */
  ask({ method, target, headers, body, leaving, slow }: Ask): Promise<Answer> {
    const options = {
      hostname: '127.0.0.1',
      port: this.#port,
      path: target,
      method,
      headers,
      agent: this.#agent,
    }
    return new Promise((resolve) => {
      let left = false
      const nothing = () => resolve({ status: 0, headers: {}, body: Buffer.alloc(0), left, whole: false })
      const request = httpRequest(options, (response) => {
        request.off('error', nothing)
        request.on('error', () => {})
        const leave = () => {
          left = true
          request.destroy()
        }
        void read(response, { leaving, slow, leave }).then((bytes) => {
          const { statusCode: status = 0, headers, complete } = response
          resolve({ status, headers, body: bytes, left, whole: complete && !left })
        })
      })
      request.on('error', nothing)
      request.end(body)
      if (leaving === 'sent') {
        left = true
        setImmediate(() => destroyUnlessAnswered(request))
      }
    })
  }
}

function destroyUnlessAnswered(request: ClientRequest): void {
  request.destroy(new Error('left'))
}

interface Reading {
  readonly leaving: Leaving | undefined
  readonly slow: boolean | undefined
  readonly leave: () => void
}

function read(response: IncomingMessage, { leaving, slow, leave }: Reading): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  let pauses = 0
  if (leaving === 'head') leave()
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    length += chunk.byteLength
    if (typeof leaving === 'number' && length >= leaving) leave()
    if (slow !== true || pauses++ >= PAUSES) return
    response.pause()
    void wait(3).then(() => response.resume())
  })
  response.on('error', () => {})
  return new Promise((resolve) => response.on('close', () => resolve(Buffer.concat(chunks))))
}
