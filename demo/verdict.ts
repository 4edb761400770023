import { frameworkNames } from './ledger.ts'
import type { TrafficResult } from './traffic.ts'

/** What is wrong with a run, in words; an empty list is a good run. */
export function verdict({ tallies, failed, failures, outdated }: TrafficResult): string[] {
  const problems: string[] = []
  if (failed > 0) problems.push(`${failed} requests failed:`, ...failures.map((failure) => `  ${failure}`))
  for (const framework of frameworkNames) {
    const seen = Object.keys(tallies).filter((name) => name.startsWith(`${framework} `))
    if (seen.every((name) => tallies[name]?.hits === 0)) {
      problems.push(`Not one answer of the ${framework} server came from the cache.`)
    }
  }
  if (outdated > 0) problems.push(`${outdated} reports were older than a change that had already ended.`)
  return problems
}

/** An error in words a new user can act on. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, port } = error as NodeJS.ErrnoException & { readonly port?: number }
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken. Set PORT to a number N with N and N + 1 free, or leave PORT unset for free ports.`
  }
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} needs more rights than this process has. Set PORT to 1024 or above.`
  return isExpected(error) ? error.message : (error.stack ?? error.message)
}

function isExpected(error: Error): boolean {
  return error.name === 'DataMissingError' || error.name === 'UsageError'
}
