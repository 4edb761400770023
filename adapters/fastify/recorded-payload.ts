import { pipeline, Readable, Transform } from 'node:stream'
import type { Exchange } from '../../plugins/http-response/index.ts'

/** The payload as it goes on to the client, recorded: at once if it is whole, as it passes if it is a stream. */
export function recorded(payload: unknown, exchange: Exchange): unknown {
  if (!exchange.recording) return payload
  if (payload === null || payload === undefined) return finished(payload, exchange)
  if (isWhole(payload)) {
    exchange.chunk(payload)
    return finished(payload, exchange)
  }
  if (isNodeStream(payload)) return tapped(payload, exchange)
  if (payload instanceof ReadableStream) return tapped(Readable.fromWeb(payload as never), exchange)
  exchange.abandon()
  return payload
}

export function isWhole(payload: unknown): payload is string | Uint8Array {
  return typeof payload === 'string' || payload instanceof Uint8Array
}

/** All of it was recorded. */
export function finished(payload: unknown, exchange: Exchange): unknown {
  void exchange.finish()
  return payload
}

function isNodeStream(payload: unknown): payload is Readable {
  return typeof (payload as { pipe?: unknown }).pipe === 'function'
}

/** A copy is taken of what passes; errors and a client that leaves go through to the source as before. */
function tapped(source: Readable, exchange: Exchange): Readable {
  const tap = new Transform({
    transform(chunk: Uint8Array | string, encoding, next) {
      exchange.chunk(chunk, encoding)
      next(null, chunk)
    },
  })
  return pipeline(source, tap, (error) => {
    if (error == null) void exchange.finish()
    else exchange.abandon()
  })
}
