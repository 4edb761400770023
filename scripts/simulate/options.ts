import { parseArgs } from 'node:util'
import type { TraceFormat } from '../../src/application/insight/index.ts'

/** What the command line asks for. */
export interface SimulateOptions {
  readonly traces: readonly string[]
  /** From the name of each file if absent. */
  readonly format: TraceFormat | undefined
  readonly sizes: readonly string[]
  /** All that a trace can tell apart if absent. */
  readonly strategies: readonly string[] | undefined
  /** Where the results go as JSON. */
  readonly json: string | undefined
  readonly help: boolean
}

/** The command line makes no sense; the message says what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const usage = `Usage: npm run simulate -- <trace>... [options]

  The hit ratio of eviction strategies on recorded accesses, beside the best that is possible.

  --format F          u32 (little-endian numbers), keys (one a line) or log (Common or Combined Log Format);
                      default: .u32 and .log by name, else keys. Files may be gzipped.
  --sizes A,B,...     entries, or parts of the distinct keys up to 100% (default 1%,5%,20%)
  --curve             sizes from 0.1% to 100%, in place of --sizes
  --strategies A,...  names from the catalogue (default: all but ttl)
  --json FILE         also write the results as JSON
  --help              show this`

const CURVE = ['0.1%', '0.2%', '0.5%', '1%', '2%', '5%', '10%', '20%', '50%', '100%']
const FORMATS: readonly TraceFormat[] = ['u32', 'keys', 'log']

/** Throws `UsageError`. */
export function parseOptions(args: readonly string[]): SimulateOptions {
  const { values, positionals } = readFlags(args)
  if (positionals.length === 0 && !values.help) throw new UsageError(`No trace was named.\n\n${usage}`)
  if (values.sizes !== undefined && values.curve) {
    throw new UsageError('--sizes and --curve both say which sizes. Give one of them.')
  }
  return {
    traces: positionals,
    format: formatOf(values.format),
    sizes: sizesOf(values.sizes) ?? (values.curve ? CURVE : ['1%', '5%', '20%']),
    strategies: listOf(values.strategies),
    json: values.json,
    help: values.help ?? false,
  }
}

function readFlags(args: readonly string[]) {
  const options = {
    format: { type: 'string' },
    sizes: { type: 'string' },
    curve: { type: 'boolean' },
    strategies: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  } as const
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}.\n\n${usage}`)
  }
}

function formatOf(text: string | undefined): TraceFormat | undefined {
  if (text === undefined) return undefined
  const format = FORMATS.find((known) => known === text)
  if (format === undefined) throw new UsageError(`--format must be ${FORMATS.join(', ')}, got "${text}".`)
  return format
}

/** A part of the keys is above none and at most all of them; what is no size at all is the simulator's to refuse. */
function sizesOf(text: string | undefined): readonly string[] | undefined {
  const sizes = listOf(text)
  if (sizes?.length === 0) throw new UsageError('--sizes names no size. Use a number of entries, or 5%.')
  for (const size of sizes ?? []) {
    const percent = Number(/^([\d.]+)%$/.exec(size)?.[1] ?? 1)
    if (percent > 0 && percent <= 100) continue
    throw new UsageError(`--sizes: ${size} is not above 0% and at most 100% of the distinct keys.`)
  }
  return sizes
}

function listOf(text: string | undefined): readonly string[] | undefined {
  const names = text?.split(',').map((name) => name.trim())
  return names?.filter((name) => name !== '')
}
