import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connections, onAnswers, requestText } from './http-client.ts'
import type { Batch } from './window.ts'

/** The pages that the HTTP benches ask for. */
export interface Pages {
  /** Bytes of each body. */
  readonly size: number
  /** How many there are; Infinity: each request asks for one that nobody has asked for before. */
  readonly count: number
}

/**
 * Fields that all contenders send, beside Content-Length, Date, Connection and Keep-Alive, on a hit. They are those that
 * hitherto sends; a server without a cache sets them itself.
 */
export const HIT_FIELDS: Readonly<Record<string, string>> = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'max-age=3600',
  etag: 'W/"2jmj7l5rSw0yVb_vlWAYkK_YBwk"',
  age: '0',
  'cache-status': 'hitherto; hit; ttl=3599',
}

/** What a handler says of a page that may be cached. */
export const PAGE_FIELDS: Readonly<Record<string, string>> = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'max-age=3600',
}

/** The path of all pages, as routers name it. */
export const PAGE_ROUTE = '/page/:id'

export function pageTarget(id: number): string {
  return `/page/${id}`
}

/** The body that all pages have. */
export function bodyOf({ size }: Pages): Buffer {
  return Buffer.alloc(size, '{"name": "a page that costs nothing to make"} ')
}

/** What a load process is started with. */
export interface LoadRequest extends Pages {
  readonly port: number
}

/**
 * Requests from a process of its own, so that only the server's CPU is measured where this is called: `batch(n)` resolves
 * when n requests have been answered.
 */
export async function loadOn(port: number, pages: Pages): Promise<Batch> {
  const request: LoadRequest = { port, ...pages }
  const child = fork(new URL('./http-load.js', import.meta.url), [], {
    env: { ...process.env, BENCH_LOAD: JSON.stringify(request) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  })
  child.once('exit', () => process.exit(1))
  await once(child, 'message')
  return async (operations) => {
    child.send(operations)
    await once(child, 'message')
  }
}

/** Lines and bytes of the heads of hits, Date and Keep-Alive included. */
const HEAD_LINES = 10
const HEAD_BYTES = 283
/** Lengths of numbers in Age, Cache-Status, Content-Length and Keep-Alive differ. */
const TOLERANCE = 8

/**
 * A server that sends less is cheaper for that alone.
 *
 * @throws Error unless the answer has as many header lines as those of the other contenders, and about as many bytes
 */
export async function checkHead(port: number, size: number): Promise<void> {
  const head = await headOf(port)
  const lines = head.split('\r\n').length
  if (!head.startsWith('HTTP/1.1 200 ') || !head.toLowerCase().includes(`content-length: ${size}\r\n`))
    throw new Error(`Not a page:\n${head}`)
  if (lines !== HEAD_LINES || Math.abs(head.length - HEAD_BYTES) > TOLERANCE)
    throw new Error(`${lines} lines and ${head.length} bytes, not ${HEAD_LINES} and ${HEAD_BYTES}:\n${head}`)
}

async function headOf(port: number): Promise<string> {
  const [socket] = (await connections(port, 1)) as [Socket]
  const head = new Promise<string>((resolve) => onAnswers(socket, resolve))
  socket.write(requestText(pageTarget(0)))
  try {
    return await head
  } finally {
    socket.destroy()
  }
}
