import { sleep } from 'k6'
import { zipf } from '../../../demo/random.ts'
import type { Page } from '../pages.ts'
import { pages } from './environment.ts'
import { purge, random, visit } from './user.ts'

/** The exponent of the demo's own traffic. */
const exponent = 0.99

function popular(list: readonly Page[]): () => Page {
  const draw = zipf(list.length, exponent, random)
  return () => list[draw()] as Page
}

const draw = {
  nearest: popular(pages.nearest),
  search: popular(pages.search),
  report: popular(pages.report),
}

/** One page of the demo's mix: half neighbours of a city, 30 % searches, 20 % reports. */
export function browse(): void {
  const kind = random()
  visit(kind < 0.5 ? draw.nearest() : kind < 0.8 ? draw.search() : draw.report())
}

/** Changes a country, the larger the more often, and reads its report. */
export function change(): void {
  const page = draw.report()
  purge(page.country as string)
  visit(page)
}

/** Users do not walk in step: exponential pauses. */
export function think(meanSeconds: number): void {
  sleep(-meanSeconds * Math.log(1 - random()))
}
