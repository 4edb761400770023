import { bench, type Comparison, type Contender } from './harness.ts'
import { loadOn, PAGE_FIELDS, type Pages } from './http-page.ts'
import {
  type Cached,
  expressHitherto,
  expressRoute,
  fastifyHitherto,
  fastifyRoute,
  type Start,
} from './http-servers.ts'

/*
 * Misses over HTTP: each request asks for a page that nobody has asked for before, whose handler costs nothing, and in
 * a full cache each answer that is stored evicts another. What a miss costs more than the bare route is the recording.
 */

const PAGES: Pages = { size: 1_024, count: Number.POSITIVE_INFINITY }
const FULL = { maxEntries: 10_000 }

const PLAIN: Cached = { cache: FULL, observe: false }
const OBSERVED: Cached = { cache: FULL }

const NEWEST = Number(process.versions.node.split('.')[0]) >= 24

const onFastify = misses('Fastify', fastifyRoute(PAGE_FIELDS), 1.15, (cached) =>
  fastifyHitherto(PAGE_FIELDS, cached),
)
const onExpress = misses('Express', expressRoute(PAGE_FIELDS), NEWEST ? 1.15 : 1.4, (cached) =>
  expressHitherto(PAGE_FIELDS, cached),
)

await bench(import.meta.filename, [onFastify, onExpress])

function misses(
  framework: string,
  route: Start,
  limit: number,
  cached: (options: Cached) => Start,
): Comparison {
  const bare = `${framework}, bare route`
  const ours = `hitherto on ${framework}, observe: false`
  return {
    title: `HTTP miss on ${framework}`,
    workloads: ['1 KiB'],
    contenders: [
      asking(bare, route),
      asking(ours, cached(PLAIN)),
      asking(`hitherto on ${framework}`, cached(OBSERVED)),
    ],
    bars: [{ of: ours, to: bare, limit }],
  }
}

function asking(name: string, start: Start): Contender {
  return {
    name,
    start: async () => {
      const batch = await loadOn(await start(PAGES), PAGES)
      await batch(FULL.maxEntries + 2_000)
      return batch
    },
  }
}
