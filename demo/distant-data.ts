import { setTimeout as pause } from 'node:timers/promises'
import type { Routes } from './routes.ts'

/**
 * The same routes, but each page first waits as if its data were in a database `delayMs` away. While it waits, other
 * requests for the page arrive: with data in memory that cannot happen, since the handlers compute without a break.
 */
export function distantData(routes: Routes, delayMs: number): Routes {
  if (delayMs === 0) return routes
  return {
    ...routes,
    async nearest(country, city, query) {
      await pause(delayMs)
      return routes.nearest(country, city, query)
    },
    async search(query) {
      await pause(delayMs)
      return routes.search(query)
    },
    async report(country) {
      await pause(delayMs)
      return routes.report(country)
    },
  }
}
