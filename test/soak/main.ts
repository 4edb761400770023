import { expressSite } from './express-site.ts'
import { fastifySite } from './fastify-site.ts'
import { type Options, parseOptions, USAGE, UsageError } from './options.ts'
import type { Framework } from './site-server.ts'
import { soak } from './soak.ts'
import { summary, verdict } from './verdict.ts'

const LIMITS = { heap: 3_000_000, buffers: 2_000_000 }

try {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) say(USAGE)
  else {
    for (const framework of [expressSite, fastifySite]) {
      if ((options.framework ?? framework.name) === framework.name) await run(framework, options)
    }
  }
} catch (error) {
  process.exitCode = 1
  say(error instanceof UsageError ? error.message : String((error as Error).stack))
}

async function run(framework: Framework, { minutes, seed, kinds }: Options): Promise<void> {
  const end = performance.now() + minutes * 60_000
  const goesOn = () => performance.now() < end
  const report = await soak(framework, { seed, kinds, clients: 16, acts: 60, warmUp: 4, goesOn })
  const faults = verdict(report, LIMITS)
  say([summary(report), ...faults, ''].join('\n'))
  if (faults.length > 0) process.exitCode = 1
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
