import { createHash } from 'node:crypto'
import * as zlib from 'node:zlib'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { Answer, Ask } from './client.ts'

/** Fields of each answer's own way, and those that are looked at on their own. */
const NOT_COMPARED: ReadonlySet<string> = new Set([
  'accept-ranges',
  'age',
  'cache-status',
  'cache-tag',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'date',
  'etag',
  'keep-alive',
  'transfer-encoding',
  'vary',
])

/**
 * What is wrong with an answer, beside the whole answer that the reference gives to the same request without its
 * conditions and ranges; undefined if nothing is.
 */
export function wrongIn(ask: Ask, answer: Answer, reference: Answer): string | undefined {
  if (answer.status === 304) return wrongInNotModified(ask, answer, reference)
  if (answer.status === 206) return wrongInPart(ask, answer, reference)
  if (answer.status === 416 && reference.status === 200) return wrongInNoPart(ask, answer, reference)
  if (answer.status !== reference.status) return `status ${answer.status}, not ${reference.status}`
  const body = decoded(answer, reference)
  if (ask.method !== 'HEAD' && !body.equals(reference.body))
    return `body ${told(body)}, not ${told(reference.body)}`
  const length = answer.headers['content-length']
  const isPlain = answer.headers['content-encoding'] === reference.headers['content-encoding']
  if (
    ask.method === 'HEAD' &&
    isPlain &&
    length !== undefined &&
    Number(length) !== reference.body.byteLength
  )
    return `content-length ${length}, not ${reference.body.byteLength}`
  return wrongInFields(answer, reference) ?? wrongInTag(answer, reference)
}

function wrongInFields(answer: Answer, reference: Answer): string | undefined {
  const names = new Set([...Object.keys(answer.headers), ...Object.keys(reference.headers)])
  for (const name of names) {
    if (NOT_COMPARED.has(name)) continue
    const [own, other] = [answer, reference].map(({ headers }) => JSON.stringify(headers[name]))
    // Parts say it, so that nothing compresses them.
    if (answer.status === 206 && own?.replace(/(?:, |^")no-transform"/, '"') === (other ?? '"')) continue
    if (own !== other) return `${name} ${own}, not ${other}`
  }
  const vary = members(answer.headers.vary)
  const missing = members(reference.headers.vary).find((name) => !vary.includes(name))
  if (missing !== undefined) return `vary ${vary} without ${missing}`
  const coded = answer.headers['content-encoding'] !== reference.headers['content-encoding']
  return coded && !vary.includes('accept-encoding') ? `coded, but vary is ${vary}` : undefined
}

/** The handler's own, or what the cache makes where there is none; weak is what was coded by the cache. */
function wrongInTag(answer: Answer, reference: Answer): string | undefined {
  const { etag } = answer.headers
  if (tagsOf(reference).includes(weak(etag))) return undefined
  return etag === undefined && reference.headers.etag === undefined
    ? undefined
    : `etag ${etag}, not one of ${tagsOf(reference)}`
}

function tagsOf({ headers, body }: Answer): (string | undefined)[] {
  if (headers.etag !== undefined) return [weak(headers.etag)]
  return [`W/"${createHash('sha1').update(body).digest('base64url')}"`]
}

function weak(etag: string | undefined): string | undefined {
  return etag === undefined || etag.startsWith('W/') ? etag : `W/${etag}`
}

function wrongInNotModified({ headers }: Ask, answer: Answer, reference: Answer): string | undefined {
  if (reference.status < 200 || reference.status > 299) return `304 for ${reference.status}`
  if (answer.body.byteLength > 0) return '304 with a body'
  const tags = headers['if-none-match'] as string | undefined
  if (tags !== undefined) {
    const asked = tags.split(',').map((tag) => weak(tag.trim()))
    const match = tagsOf(reference).some((tag) => asked.includes(tag))
    return match ? undefined : `304 for ${tags}, but it is ${tagsOf(reference)}`
  }
  const since = Date.parse(String(headers['if-modified-since']))
  const modified = Date.parse(String(reference.headers['last-modified']))
  return modified <= since ? undefined : `304 for ${headers['if-modified-since']}`
}

function wrongInPart({ headers }: Ask, answer: Answer, reference: Answer): string | undefined {
  if (headers.range === undefined) return 'a part that nobody asked for'
  if (reference.status !== 200) return `a part of ${reference.status}`
  const type = answer.headers['content-type'] ?? ''
  const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(type)?.[1]
  if (boundary === undefined)
    return (
      wrongInSlice(answer.headers['content-range'], answer.body, reference) ??
      wrongInFields(answer, reference)
    )
  const parts = answer.body.toString('latin1').split(`--${boundary}`).slice(1, -1)
  for (const part of parts) {
    const [head = '', ...rest] = part.split('\r\n\r\n')
    const range = /content-range: (.*)/i.exec(head)?.[1]
    const bytes = Buffer.from(rest.join('\r\n\r\n').replace(/\r\n$/, ''), 'latin1')
    const wrong = wrongInSlice(range, bytes, reference)
    if (wrong !== undefined) return wrong
  }
  return parts.length > 1 ? undefined : 'a multipart answer with one part'
}

function wrongInSlice(range: string | undefined, bytes: Buffer, { body }: Answer): string | undefined {
  const [, from, to, length] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range ?? '') ?? []
  if (Number(length) !== body.byteLength) return `${range} of ${body.byteLength}`
  return bytes.equals(body.subarray(Number(from), Number(to) + 1)) ? undefined : `other bytes in ${range}`
}

function wrongInNoPart({ headers }: Ask, answer: Answer, { body }: Answer): string | undefined {
  if (headers.range === undefined) return '416 without a range'
  const range = answer.headers['content-range']
  return range === `bytes */${body.byteLength}` ? undefined : `416 with ${range}, not ${body.byteLength}`
}

/** The body without the coding that the cache has put around it. */
function decoded({ headers, body }: Answer, reference: Answer): Buffer {
  const coding = headers['content-encoding']
  if (coding === reference.headers['content-encoding'] || body.byteLength === 0) return body
  if (coding === 'gzip') return gunzipSync(body)
  if (coding === 'br') return brotliDecompressSync(body)
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (body: Buffer) => Buffer }
  return coding === 'zstd' && zstdDecompressSync !== undefined ? zstdDecompressSync(body) : body
}

function members(field: string | undefined): string[] {
  return (field ?? '').split(',').flatMap((member) => member.trim().toLowerCase() || [])
}

function told(body: Buffer): string {
  return `${body.byteLength} bytes ${JSON.stringify(body.subarray(0, 60).toString('latin1'))}`
}
