import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import {
  type ReadTrace,
  readTrace,
  type TraceFormat,
  traceFormatOf,
} from '../../src/application/insight/index.ts'
import { UsageError } from './options.ts'

/** Why a file could not be read, in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
}

/** Reads a trace file; one that begins like gzip is unpacked. Throws `UsageError` where there is none to read. */
export function readTraceFile(path: string, format: TraceFormat | undefined): ReadTrace {
  const bytes = bytesOf(path)
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  return readTrace(isGzip ? gunzipSync(bytes) : bytes, format ?? traceFormatOf(path))
}

function bytesOf(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? '']
    if (reason === undefined) throw error
    throw new UsageError(`The trace ${path} cannot be read: ${reason}.`)
  }
}
