import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import {
  type ReadTrace,
  readTrace,
  type TraceFormat,
  traceFormatOf,
} from '../../src/application/insight/index.ts'

/** Reads a trace file; one that begins like gzip is unpacked. */
export function readTraceFile(path: string, format: TraceFormat | undefined): ReadTrace {
  const bytes = readFileSync(path)
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  return readTrace(isGzip ? gunzipSync(bytes) : bytes, format ?? traceFormatOf(path))
}
