import { strict as assert } from 'node:assert'
import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http'
import { connect } from 'node:net'

export interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string
  /** Leaves when aborted. */
  readonly signal?: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Names and values as they came, one after the other. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly text: string
  /** False if the connection was cut before the end. */
  readonly whole: boolean
}

/** One request on a connection of its own. Nothing in the path is normalised. */
export function ask(origin: string, path: string, options: Ask = {}): Promise<Answer> {
  const { hostname, port } = new URL(origin)
  const { method = 'GET', body, signal } = options
  const headers = { ...options.headers } as OutgoingHttpHeaders
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { hostname, port, path, method, headers, agent: false, ...(signal && { signal }) },
      (response) => collect(response).then(resolve),
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** Resolves when the head of the answer has come; the rest is under way. */
export function askForHead(
  origin: string,
  path: string,
  method: string,
): Promise<{ readonly rest: Promise<Answer> }> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, method, agent: false }, (response) =>
      resolve({ rest: collect(response) }),
    )
    request.on('error', reject)
    request.end()
  })
}

/** The answers to several requests at once. */
export function askAll(origin: string, path: string, times: number, options: Ask = {}): Promise<Answer[]> {
  return Promise.all(Array.from({ length: times }, () => ask(origin, path, options)))
}

function collect(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  return new Promise((resolve) => {
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('error', () => {})
    response.on('close', () => {
      const body = Buffer.concat(chunks)
      const { statusCode = 0, headers, rawHeaders, complete } = response
      resolve({ status: statusCode, headers, rawHeaders, body, text: body.toString(), whole: complete })
    })
  })
}

/** Sends bytes as they are and returns all that comes back until the server closes; ask for `Connection: close`. */
export function rawExchange(origin: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })
}

/** What the cache says it did with a request: its own member of Cache-Status, the last one. */
export function statusOf({ headers }: Pick<Answer, 'headers'>): string {
  const field = headers['cache-status']
  const members = (Array.isArray(field) ? field.join(', ') : (field ?? '')).split(', ')
  return members.at(-1) ?? ''
}

export function assertHit(answer: Answer, message?: string): void {
  assert.match(statusOf(answer), /; hit(;|$)/, message)
}

export function assertMiss(answer: Answer, message?: string): void {
  assert.match(statusOf(answer), /; fwd=/, message)
}

/** How long a test waits for what must happen, milliseconds: far longer than it takes on a busy machine. */
const PATIENCE = 8_000

/** Resolves when the condition holds; the event loop goes on meanwhile. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + PATIENCE
  while (performance.now() < end) {
    if (condition()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.fail(`waited in vain until ${what}`)
}

/** A few turns of the event loop, for what happens by itself. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A promise to be settled from outside. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

export function gate(): Gate {
  let open!: () => void
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
