import { SharedArray } from 'k6/data'
import type { Framework } from '../../../demo/ledger.ts'
import type { Page, Pages } from '../pages.ts'

/** What the runner hands over: see `runner/run-scenario.ts`. */
const { FASTIFY, EXPRESS, PAGES } = __ENV

if (!FASTIFY || !EXPRESS || !PAGES) {
  throw new Error('These scripts need servers and pages: start them with npm run perf:k6')
}

export const origins: Readonly<Record<Framework, string>> = { fastify: FASTIFY, express: EXPRESS }

function list(kind: keyof Pages): readonly Page[] {
  return new SharedArray<Page>(kind, () => (JSON.parse(open(PAGES as string)) as Pages)[kind].slice())
}

export const pages: Pages = {
  nearest: list('nearest'),
  search: list('search'),
  report: list('report'),
  cold: list('cold'),
}

/** The server that the running scenario is about: `phases` gives one to each half of a run. */
export function framework(): Framework {
  return __ENV.FRAMEWORK as Framework
}

export function otherFramework(): Framework {
  return framework() === 'fastify' ? 'express' : 'fastify'
}
