import { CallOptionError } from '../../../domain/index.ts'
import { type Trace, traceOf } from './trace.ts'

/** How a trace is written down. */
export type TraceFormat = 'u32' | 'keys' | 'log'

/** A trace as it was read. */
export interface ReadTrace {
  readonly trace: Trace
  /** Lines of an access log that are no reads, or no lines of an access log. */
  readonly skipped: number
}

/**
 * Reads a trace: `u32`, little-endian 32-bit keys; `keys`, one key a line (empty lines do not count); or `log`, an
 * access log in the Common or Combined Log Format, whose keys are the targets of GET and HEAD requests.
 *
 * Throws `HITHERTO_OPTION_INVALID` for a trace without accesses, or `u32` with a broken length.
 *
 * @example
 * readTrace(await readFile('access.log'), 'log').trace.distinct
 */
export function readTrace(bytes: Uint8Array, format: TraceFormat): ReadTrace {
  const read = format === 'u32' ? { trace: traceOf(numbers(bytes)), skipped: 0 } : readLines(bytes, format)
  if (read.trace.keys.length === 0) throw new CallOptionError('trace', `no access in it, read as ${format}.`)
  return read
}

/** `*.u32` are numbers, `*.log` are access logs, anything else is keys; a `.gz` behind it does not matter. */
export function traceFormatOf(fileName: string): TraceFormat {
  const name = fileName.toLowerCase().replace(/\.gz$/, '')
  if (name.endsWith('.u32')) return 'u32'
  return name.endsWith('.log') ? 'log' : 'keys'
}

function* numbers(bytes: Uint8Array): Iterable<number> {
  if (bytes.length % 4 !== 0) {
    throw new CallOptionError('trace', `u32 needs a length divisible by 4, got ${bytes.length} bytes.`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length; at += 4) yield view.getUint32(at, true)
}

function readLines(bytes: Uint8Array, format: 'keys' | 'log'): ReadTrace {
  let skipped = 0
  function* keys(): Iterable<string> {
    for (const line of lines(bytes)) {
      const key = format === 'keys' ? line : targetOf(line)
      if (key === undefined) skipped += 1
      else yield key
    }
  }
  const trace = traceOf(keys())
  return { trace, skipped }
}

/** A trace may be longer than the longest string, so each line is decoded by itself. */
function* lines(bytes: Uint8Array): Iterable<string> {
  const decoder = new TextDecoder()
  let from = 0
  while (from < bytes.length) {
    const newline = bytes.indexOf(0x0a, from)
    const end = newline < 0 ? bytes.length : newline
    const line = decoder.decode(bytes.subarray(from, bytes[end - 1] === 0x0d ? end - 1 : end))
    if (line !== '') yield line
    from = end + 1
  }
}

/** `host - - [time] "GET /target HTTP/1.1" 200 ...`; undefined for anything but GET and HEAD. */
function targetOf(line: string): string | undefined {
  return /"(?:GET|HEAD) (\S+)(?: HTTP\/[\d.]+)?"/.exec(line)?.[1]
}
