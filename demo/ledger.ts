/** The pages of the demo. */
export type Route = 'nearest' | 'search' | 'report'
export type Framework = 'fastify' | 'express'

export const routeNames: readonly Route[] = ['nearest', 'search', 'report']
export const frameworkNames: readonly Framework[] = ['fastify', 'express']

/** How often each handler ran: counted by the handlers themselves, not deduced from headers. */
export type Ledger = {
  record(framework: Framework, route: Route, workMs: number): void
  runs(framework: Framework, route: Route): number
  /** Runs that computed something; the others found the inner answer ready. */
  computations(framework: Framework, route: Route): number
}

export function createLedger(): Ledger {
  const runs = new Map<string, number>()
  const computations = new Map<string, number>()
  const add = (counts: Map<string, number>, key: string): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return {
    record(framework, route, workMs) {
      add(runs, `${framework} ${route}`)
      if (workMs > 0) add(computations, `${framework} ${route}`)
    },
    runs: (framework, route) => runs.get(`${framework} ${route}`) ?? 0,
    computations: (framework, route) => computations.get(`${framework} ${route}`) ?? 0,
  }
}

/**
 * The head field (W3C Server Timing) that tells what the handler run behind an answer cost. It is stored with the
 * answer, so a hit shows the work that it saved.
 */
export function serverTiming(workMs: number): string {
  return `work;dur=${workMs.toFixed(2)}`
}
