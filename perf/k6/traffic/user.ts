import exec from 'k6/execution'
import http, { type RefinedResponse } from 'k6/http'
import { type Random, seededRandom } from '../../../demo/random.ts'
import { outcomeOf } from '../../../demo/tally.ts'
import type { Page } from '../pages.ts'
import { framework, origins, otherFramework } from './environment.ts'
import { errors, hitMs, hitRatio, misses, missMs, outdated, purges, requests } from './metrics.ts'

declare const console: { error(text: string): void }

type Answer = RefinedResponse<'text'>

/** How many of the requests for a page seen before ask with `If-None-Match`. */
const conditionalShare = 0.15

/** k6 loads this module once for each virtual user: what follows is the memory of one user. */
const etags = new Map<string, string>()
/** By country: the newest revision that this user has seen in a report of either server or was told of by a change. */
const revisions = new Map<string, number>()
const connected = new Set<string>()
let source: Random | undefined
let complaints = 0

/** The user's own sequence, the same in each run. The number of a user is not known before its first iteration. */
export function random(): number {
  source ??= seededRandom(exec.vu.idInTest)
  return source()
}

/** Asks one server for a page, judges the answer and counts it; the answer's milliseconds are k6's, without connecting. */
export function visit(page: Page): void {
  const url = origins[framework()] + page.path
  const etag = random() < conditionalShare ? etags.get(url) : undefined
  const answer = http.get(url, etag === undefined ? {} : { headers: { 'if-none-match': etag } }) as Answer
  requests.add(1)
  const fault = faultOf(answer, page, etag !== undefined)
  if (fault !== undefined) {
    complain(`${page.path}: ${fault}`)
    hitRatio.add(false)
    return
  }
  count(answer)
  if (answer.headers.Etag) etags.set(url, answer.headers.Etag)
  if (page.country !== undefined && answer.status === 200) compare(page.country, answer)
}

function faultOf(answer: Answer, page: Page, conditional: boolean): string | undefined {
  if (answer.error) return answer.error
  if (!answer.headers['Cache-Status']) return 'no Cache-Status'
  if (answer.status === 304 && conditional) return undefined
  if (answer.status !== 200) return `answered ${answer.status}`
  return answer.body.includes(page.mark) ? undefined : `another page: ${answer.body.slice(0, 100)}`
}

function count(answer: Answer): void {
  const isHit = outcomeOf(answer.headers['Cache-Status']) !== 'miss'
  hitRatio.add(isHit)
  misses.add(isHit ? 0 : 1)
  const trend = isHit ? hitMs : missMs
  trend.add(answer.timings.duration)
}

/** Revisions only grow, and a change has ended when its answer comes: a smaller one than before is an old page. */
function compare(country: string, answer: Answer): void {
  const newest = revisions.get(country) ?? 0
  const revision = revisionOf(answer)
  if (revision < newest) outdated.add(1)
  else revisions.set(country, revision)
}

/** Changes a country through one of the servers, which drops every page of both that was made from it. */
export function purge(country: string): void {
  const through = origins[random() < 0.5 ? framework() : otherFramework()]
  const answer = http.post(`${through}/countries/${country}/touch`) as Answer
  if (answer.error || answer.status !== 200)
    return complain(`touch ${country}: ${answer.error || answer.status}`)
  purges.add(1)
  revisions.set(country, Math.max(revisions.get(country) ?? 0, revisionOf(answer)))
}

function revisionOf(answer: Answer): number {
  const revision: unknown = JSON.parse(answer.body).revision
  if (typeof revision !== 'number') throw new Error(`no revision in ${answer.body.slice(0, 100)}`)
  return revision
}

/**
 * Opens the user's connection before anything is timed. Node accepts one connection in each turn of its event loop, so
 * on a busy server the first answer on a new one would tell of that queue and not of the cache.
 */
function connect(): void {
  const origin = origins[framework()]
  if (connected.has(origin)) return
  const { error } = http.get(`${origin}/`)
  if (error) throw new Error(error)
  connected.add(origin)
}

/** Runs one iteration. An exception in it is an error too: k6 by itself prints it, goes on, and passes the run. */
export function iteration(work: () => void): void {
  try {
    connect()
    work()
  } catch (error) {
    complain(String(error))
  }
}

function complain(text: string): void {
  errors.add(1)
  if (complaints++ < 3) console.error(`${framework()} ${text}`)
}
