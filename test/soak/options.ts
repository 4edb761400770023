import { parseArgs } from 'node:util'
import { KINDS } from './kinds.ts'

export interface Options {
  readonly minutes: number
  readonly seed: number
  /** Default: one after the other. */
  readonly framework: string | undefined
  /** Default: all. */
  readonly kinds: readonly string[] | undefined
  readonly help: boolean
}

/** The command line makes no sense; the message says what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const USAGE: string = `Usage: npm run test:soak -- [options]

  Mixed traffic on a server with the cache: aborts, slow clients, errors, writes, purges and changes of the
  configuration. Each whole answer is compared with that of a server without it; at the end memory, listeners
  and handles have to be what they were.

  --minutes N     how long for each framework (default 3)
  --seed N        another course of events (default 1)
  --framework F   express or fastify (default: one after the other)
  --kinds A,B     only these kinds of pages: ${Object.keys(KINDS).slice(0, 4).join(', ')}, ... (default: all)
  --help          show this`

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options {
  const { minutes, seed, framework, help, ...given } = readFlags(args)
  const kinds = given.kinds?.split(',')
  const unknown = kinds?.find((kind) => KINDS[kind] === undefined)
  if (unknown !== undefined) throw new UsageError(`No kind "${unknown}": ${Object.keys(KINDS).join(', ')}.`)
  if (!(Number(minutes) > 0)) throw new UsageError(`--minutes must be a number above 0, not "${minutes}"`)
  if (!Number.isSafeInteger(Number(seed)))
    throw new UsageError(`--seed must be a whole number, not "${seed}"`)
  if (framework !== undefined && framework !== 'express' && framework !== 'fastify')
    throw new UsageError(`--framework must be express or fastify, not "${framework}"`)
  return { minutes: Number(minutes), seed: Number(seed), framework, kinds, help }
}

function readFlags(args: readonly string[]): {
  minutes: string
  seed: string
  framework?: string
  kinds?: string
  help: boolean
} {
  const options = {
    minutes: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    framework: { type: 'string' },
    kinds: { type: 'string' },
    help: { type: 'boolean', default: false },
  } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}.\n\n${USAGE}`)
  }
}
