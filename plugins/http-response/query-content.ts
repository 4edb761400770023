import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Longer contents are not read, bytes: the client is still sending, and nobody has asked the handler whether it may. */
const LONGEST = 64 * 1024

/** What a handler may read of the content beside its bytes (RFC 10008, 2.7). */
const METADATA = ['content-type', 'content-encoding', 'content-language'] as const

/**
 * A digest of the content of a request and of what is said about it, or undefined if it cannot be known before the
 * handler runs: too long, of unknown length, read by somebody else, or cut off. The content is put back into the stream
 * before its end was told, so that the parser behind the cache finds it as if nobody had looked.
 */
export async function contentDigest(message: IncomingMessage): Promise<string | undefined> {
  const { headers } = message
  const length = Number(headers['content-length'] ?? Number.NaN)
  if (!(length >= 0 && length <= LONGEST) || headers['transfer-encoding'] !== undefined) return undefined
  if (message.readableDidRead || message.readableFlowing === true) return undefined
  const content = length === 0 ? Buffer.alloc(0) : await read(message, length)
  if (content === undefined) return undefined
  const about = JSON.stringify(METADATA.map((name) => headers[name] ?? null))
  return createHash('sha256').update(about).update(content).digest('base64url')
}

function read(message: IncomingMessage, length: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let got = 0
    const done = (content: Buffer | undefined): void => {
      message.off('readable', more).off('close', cut).off('error', cut)
      resolve(content)
    }
    const cut = (): void => done(undefined)
    const more = (): void => {
      for (let chunk: Buffer | null = message.read(); chunk !== null; chunk = message.read()) {
        chunks.push(chunk)
        got += chunk.byteLength
        if (got < length) continue
        // In the same turn: once the end was told, nothing can be put back.
        const content = Buffer.concat(chunks)
        message.unshift(content)
        return done(content)
      }
    }
    message.on('readable', more).on('close', cut).on('error', cut)
  })
}
