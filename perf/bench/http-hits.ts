import { bench, type Comparison, type Contender } from './harness.ts'
import { checkHead, HIT_FIELDS, loadOn, PAGE_FIELDS, type Pages } from './http-page.ts'
import {
  expressApicache,
  expressFront,
  expressHitherto,
  expressMiddleware,
  expressRoute,
  fastifyFront,
  fastifyHitherto,
  fastifyRoute,
  raw,
  type Start,
} from './http-servers.ts'

/*
 * Hits over HTTP: the server's CPU for one request, beside servers that send the same Buffer with as many header lines
 * of the same length. Each server asks a process of its own for requests, so that nobody else's CPU is counted.
 */

const WORKLOADS: Readonly<Record<string, Pages>> = {
  '1 KiB, one URL': { size: 1_024, count: 1 },
  '50 KiB, one URL': { size: 50 * 1_024, count: 1 },
  '1 KiB, 10,000 URLs': { size: 1_024, count: 10_000 },
}

const RAW = 'node:http'
const FASTIFY = 'Fastify, bare route'
const FASTIFY_OURS = 'hitherto on Fastify'
const EXPRESS = 'Express, bare route'
const EXPRESS_OURS = 'hitherto on Express'
const EXPRESS_FLOOR = 'Express, a middleware that sends'
const APICACHE = 'apicache on Express'
const FASTIFY_FRONT = 'hitherto in front of Fastify'
const EXPRESS_FRONT = 'hitherto in front of Express'

/**
 * What hitherto adds to hits itself, apicache sends because it is stored. No middleware on Express can cost less than one
 * that does nothing but send: that is the floor for both.
 */
const hits: Comparison = {
  title: 'HTTP hit',
  workloads: Object.keys(WORKLOADS),
  contenders: [
    answering(RAW, raw(HIT_FIELDS)),
    answering(FASTIFY, fastifyRoute(HIT_FIELDS)),
    answering(FASTIFY_OURS, fastifyHitherto(PAGE_FIELDS)),
    answering(EXPRESS, expressRoute(HIT_FIELDS)),
    answering(EXPRESS_FLOOR, expressMiddleware(HIT_FIELDS)),
    answering(EXPRESS_OURS, expressHitherto(PAGE_FIELDS)),
    answering(APICACHE, expressApicache(HIT_FIELDS)),
    answering(FASTIFY_FRONT, fastifyFront(PAGE_FIELDS)),
    answering(EXPRESS_FRONT, expressFront(PAGE_FIELDS)),
  ],
  bars: [
    { of: FASTIFY_OURS, to: FASTIFY, limit: 1.1 },
    { of: EXPRESS_OURS, to: EXPRESS, limit: 0.8 },
    { of: EXPRESS_OURS, to: APICACHE, limit: 0.7 },
    { of: FASTIFY_FRONT, to: RAW, limit: 1.5 },
    { of: EXPRESS_FRONT, to: RAW, limit: 1.25 },
  ],
}

await bench(import.meta.filename, [hits])

function answering(name: string, start: Start): Contender {
  return {
    name,
    start: async (workload) => {
      const pages = WORKLOADS[workload] as Pages
      const port = await start(pages)
      const batch = await loadOn(port, pages)
      // What is measured are hits: each page was made once, and seen often enough to be answered in front.
      await batch(Math.max(4 * pages.count, 10_000))
      await checkHead(port, pages.size)
      return batch
    },
  }
}
