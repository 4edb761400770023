import { setTimeout as wait } from 'node:timers/promises'
import { type Cache, createCache } from '../../src/index.ts'
import { seededRandom } from '../contracts/index.ts'
import { Asking, Crowd } from './asking.ts'
import { SoakClient } from './client.ts'
import { BASE, configuration } from './configurations.ts'
import { handles, Listeners, type Memory, memory } from './growth.ts'
import type { Site } from './handler.ts'
import type { Framework } from './site-server.ts'
import { Tally } from './tally.ts'
import { type Scene, Traffic } from './traffic.ts'
import { World } from './world.ts'

export interface SoakOptions {
  readonly seed: number
  /** Names of `KINDS`. Default all. */
  readonly kinds?: readonly string[] | undefined
  /** Clients that act at the same time. */
  readonly clients: number
  /** Acts of each client in a round; an act is one request, or a burst of them. */
  readonly acts: number
  /** Rounds in which code is compiled and tables grow to their size. */
  readonly warmUp: number
  /** Whether there is another round after so many; asked after one more than the warm-up. */
  readonly goesOn: (rounds: number) => boolean
}

/** One look at a quiet server. */
export interface Sample extends Memory {
  readonly entries: number
  /** What the cache says that it holds. */
  readonly bytes: number
}

export interface SoakReport {
  readonly framework: string
  readonly tally: Tally
  readonly seconds: number
  /** When it has warmed up and after the last round, each time with an empty cache. */
  readonly start: Memory
  readonly end: Memory
  /** After each round from then on. */
  readonly samples: readonly Sample[]
  /** What kept the process alive before and after. */
  readonly handles: { readonly start: Record<string, number>; readonly end: Record<string, number> }
}

/** Acts between two changes of the configuration: some seconds. */
const ACTS_PER_RELOAD = 150

/** Traffic of all kinds on one framework, round by round, with a look at the quiet server after each. */
export async function soak(framework: Framework, options: SoakOptions): Promise<SoakReport> {
  const began = performance.now()
  const before = await handles()
  const tally = new Tally()
  const ignore = listenToProcess(tally)
  const { scene, runs, close } = await open(framework, tally, options)
  const listeners = new Listeners(scene.site.server)
  const clients = clientsOf(scene, options)
  const samples: Sample[] = []
  let start: Memory = { heap: 0, buffers: 0 }
  try {
    for (let rounds = 1; rounds <= options.warmUp + 1 || options.goesOn(rounds - 1); rounds++) {
      await round(clients, scene, options)
      await quiet(scene, runs)
      scene.world.tellAll()
      const more = listeners.more()
      if (more > 0) tally.say(`round ${rounds}: ${more} listeners more than at first`)
      if (rounds === options.warmUp) start = await emptied(scene.cache)
      if (rounds > options.warmUp) samples.push({ ...(await memory()), ...held(scene.cache) })
    }
    checkStats(scene.cache, runs.reading, tally)
    const end = await emptied(scene.cache)
    await close()
    const seconds = (performance.now() - began) / 1_000
    const open = { start: before, end: await handles() }
    return { framework: framework.name, tally, seconds, start, end, samples, handles: open }
  } finally {
    await close()
    ignore()
  }
}

/** Nothing may go past those who handle errors. */
function listenToProcess(tally: Tally): () => void {
  const listeners = (['unhandledRejection', 'uncaughtExceptionMonitor', 'warning'] as const).map((event) => {
    const listener = (error: unknown) =>
      tally.say(`${event}: ${error instanceof Error ? error.stack : error}`)
    process.on(event as 'warning', listener)
    return [event, listener] as const
  })
  return () => {
    for (const [event, listener] of listeners) process.off(event, listener)
  }
}

interface Opened {
  readonly scene: Scene
  readonly runs: Site['runs']
  close(): Promise<void>
}

async function open(framework: Framework, tally: Tally, { seed }: SoakOptions): Promise<Opened> {
  const onError = (error: unknown) => tally.say(`contained by the cache: ${(error as Error).stack}`)
  const cache = await createCache({ ...BASE, onError })
  const world = new World()
  const runs = { now: 0, reading: 0 }
  const random = seededRandom(seed)
  const site = await framework.serve({ world, random, cache, runs })
  const plain = await framework.serve({ world, random, cache: undefined, runs })
  const [cached, reference] = [new SoakClient(site.origin), new SoakClient(plain.origin)]
  let closing: Promise<void> | undefined
  const end = async () => {
    cached.close()
    reference.close()
    await site.close()
    await plain.close()
    // It waits a second for answers that their handlers have given up, and keeps no process alive for it.
    const alive = setInterval(() => {}, 1_000)
    await cache.close()
    clearInterval(alive)
  }
  return {
    scene: { world, cache, cached, reference, site, tally },
    runs,
    close() {
      closing ??= end()
      return closing
    },
  }
}

function clientsOf(scene: Scene, { seed, clients, kinds }: SoakOptions): Traffic[] {
  const crowd = new Crowd(kinds)
  return Array.from({ length: clients }, (_, client) => {
    const random = seededRandom(seed * 1_000 + client)
    return new Traffic(scene, new Asking(random, String(client), crowd), random)
  })
}

async function round(
  clients: readonly Traffic[],
  { cache, tally }: Scene,
  options: SoakOptions,
): Promise<void> {
  let acts = 0
  let reloading = Promise.resolve()
  const client = async (traffic: Traffic) => {
    for (let act = 0; act < options.acts; act++) {
      await traffic.act()
      if (++acts % ACTS_PER_RELOAD > 0) continue
      tally.reloads += 1
      reloading = reloading.then(() => cache.reconfigure(configuration(tally.reloads)))
    }
  }
  await Promise.all(clients.map(client))
  await reloading
}

/** Handlers have ended, those whose clients have left and those behind stale answers too. */
async function quiet({ cache }: Scene, runs: Site['runs']): Promise<void> {
  let stored = -1
  for (let still = 0; still < 10; ) {
    await wait(10)
    const now = cache.stats().stored
    still = runs.now === 0 && now === stored ? still + 1 : 0
    stored = now
  }
}

async function emptied(cache: Cache): Promise<Memory> {
  await cache.clear()
  return memory()
}

function held(cache: Cache): Pick<Sample, 'entries' | 'bytes'> {
  const { entries, bytes } = cache.stats()
  return { entries, bytes }
}

/** Each request that reads was a hit, or waited, or ran the handler. Who has left may have been one of these unseen. */
function checkStats(cache: Cache, runs: number, tally: Tally): void {
  const { loading, surfaces } = cache.stats()
  const { hits = 0, misses = 0, coalesced = 0 } = surfaces.http ?? {}
  if (hits < tally.hits || hits === 0) tally.say(`${hits} hits counted, ${tally.hits} seen`)
  if (misses - coalesced > runs) tally.say(`${misses} misses, ${coalesced} of them waited, but ${runs} runs`)
  if (loading > 0) tally.say(`${loading} loads at the end`)
}
