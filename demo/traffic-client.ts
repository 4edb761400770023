import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { PlannedRequest } from './plan.ts'
import { type Random, seededRandom } from './random.ts'
import { count, createTally, outcomeOf, type Tally, workOf } from './tally.ts'
import type { Progress, TrafficMessage, TrafficOrder, TrafficResult } from './traffic.ts'

/** How many of the requests for a page seen before ask with `If-None-Match`. */
const conditionalShare = 0.15

/** The client process of the demo's traffic: gets one order by message, answers with progress and one result. */
process.once('message', async (order: TrafficOrder) => {
  tell({ result: await run(order, (progress) => tell({ progress })) })
  process.disconnect()
})

function tell(message: TrafficMessage): void {
  process.send?.(message)
}

type Reply = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly ms: number
}

/** An answer kept for a conditional request, as a browser keeps it. */
type Kept = { readonly etag: string; readonly body: string }

type Counts = { sent: number; hits: number; touches: number; failed: number; outdated: number }

async function run(order: TrafficOrder, onProgress: (progress: Progress) => void): Promise<TrafficResult> {
  const random = seededRandom(order.seed)
  const began = performance.now()
  const counts: Counts = { sent: 0, hits: 0, touches: 0, failed: 0, outdated: 0 }
  const tallies: Record<string, Tally> = {}
  const failures: string[] = []
  const agent = new Agent({ keepAlive: true })
  const visit = visitor({ order, agent, random, counts, tallies })
  const step = Math.ceil(order.plan.length / 100)
  let next = 0

  const user = async (): Promise<void> => {
    while (next < order.plan.length && performance.now() - began < order.limitMs) {
      const planned = order.plan[next++] as PlannedRequest
      await visit(planned).catch((error: Error) => {
        counts.failed++
        if (failures.length < 3) failures.push(`${planned.framework} ${planned.path}: ${error.message}`)
      })
      counts.sent++
      if (counts.sent % step === 0) onProgress(counts)
      // Exponential pauses: users do not walk in step.
      await pause(-order.pauseMs * Math.log(1 - random()))
    }
  }

  await Promise.all(Array.from({ length: order.users }, user))
  agent.destroy()
  return { ...counts, tallies, failures, seconds: (performance.now() - began) / 1000 }
}

type Visiting = {
  readonly order: TrafficOrder
  readonly agent: Agent
  readonly random: Random
  readonly counts: Counts
  readonly tallies: Record<string, Tally>
}

/** Sends one request after another and judges the answers; throws on an answer that is a failure. */
function visitor({
  order,
  agent,
  random,
  counts,
  tallies,
}: Visiting): (planned: PlannedRequest) => Promise<void> {
  const kept = new Map<string, Kept>()
  /** The newest revision of a country that a writer was told of. */
  const confirmed = new Map<string, number>()

  const page = (planned: PlannedRequest, url: string, reply: Reply): void => {
    const outcome = outcomeOf(field(reply, 'cache-status'))
    if (outcome === 'hit') counts.hits++
    const name = `${planned.framework} ${planned.route}`
    tallies[name] ??= createTally()
    count(tallies[name], { ...reply, outcome, workMs: workOf(field(reply, 'server-timing')) })
    if (reply.headers.etag) kept.set(url, { etag: reply.headers.etag, body: reply.body })
  }

  const ask = async (planned: PlannedRequest, url: string): Promise<Reply> => {
    const mine = random() < conditionalShare ? kept.get(url) : undefined
    const reply = await send(agent, planned, url, mine ? { 'if-none-match': mine.etag } : {})
    if (mine && reply.status === 304) return { ...reply, body: mine.body }
    if (reply.status !== 200) throw new Error(`answered ${reply.status} ${reply.body.slice(0, 200)}`)
    return reply
  }

  return async (planned) => {
    const url = `http://127.0.0.1:${order.ports[planned.framework]}${planned.path}`
    const country = planned.country ?? ''
    const expected = confirmed.get(country) ?? 0
    const reply = await ask(planned, url)
    if (planned.route === 'touch') {
      counts.touches++
      confirmed.set(country, Math.max(confirmed.get(country) ?? 0, JSON.parse(reply.body).revision))
      return
    }
    page(planned, url, reply)
    if (planned.route === 'report' && JSON.parse(reply.body).revision < expected) counts.outdated++
  }
}

function field(reply: Reply, name: string): string | undefined {
  return reply.headers[name]?.toString()
}

/** Times a request from its start to the last byte of its answer. */
function send(
  agent: Agent,
  planned: PlannedRequest,
  url: string,
  headers: Record<string, string>,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const method = planned.route === 'touch' ? 'POST' : 'GET'
    const request = httpRequest(url, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const ms = performance.now() - began
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
          ms,
        })
      })
    })
    request.on('error', reject)
    request.end()
  })
}
