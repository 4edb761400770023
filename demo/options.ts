import { parseArgs } from 'node:util'

export type DemoOptions = {
  /** End after the table instead of staying up. */
  readonly once: boolean
  /** Send no traffic, only stay up. */
  readonly serve: boolean
  readonly help: boolean
  readonly requests: number
  /** Fastify listens here and Express on the next one; 0 takes two free ports. */
  readonly port: number
  /** How long each page waits for its data, in milliseconds. */
  readonly delayMs: number
}

/** The command line or the environment makes no sense; the message says what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const usage = `Usage: npm run demo -- [options]

  --once          end after the table, with exit code 0 when there were hits on both servers and no failures
  --serve         no traffic of its own, only the servers
  --requests N    how many requests the demo sends itself (2 to 100000, default 5000); 5000 take some ten seconds,
                  and what is left after 14 s for each 5000 is not sent
  --delay MS      each page waits so long for its data, as if they were in a database (0 to 10000, default 0)
  --help          show this

  PORT=N          Fastify on port N, Express on N + 1 (default: two free ports)
  NO_COLOR=1      no bold or faint text`

export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv): DemoOptions {
  const { once, serve, help, requests, delay } = readFlags(args)
  if (once && serve) throw new UsageError(`--once ends after the traffic and --serve sends none.\n\n${usage}`)
  return {
    once: once ?? false,
    serve: serve ?? false,
    help: help ?? false,
    requests: wholeNumber('--requests', requests ?? '5000', 2, 100_000),
    delayMs: wholeNumber('--delay', delay ?? '0', 0, 10_000),
    port: env.PORT ? wholeNumber('PORT', env.PORT, 0, 65_534) : 0,
  }
}

function readFlags(args: readonly string[]): {
  once?: boolean
  serve?: boolean
  help?: boolean
  requests?: string
  delay?: string
} {
  try {
    const options = {
      once: { type: 'boolean' },
      serve: { type: 'boolean' },
      help: { type: 'boolean' },
      requests: { type: 'string' },
      delay: { type: 'string' },
    } as const
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}.\n\n${usage}`)
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value
  throw new UsageError(`${name} must be a whole number from ${least} to ${most}, not "${text}"`)
}
