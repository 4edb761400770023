import type { Answer, Ask } from './client.ts'

/** How many faults are told in full. */
const MOST_FAULTS = 20

/** What happened, in figures, and what was wrong. */
export class Tally {
  requests = 0
  compared = 0
  hits = 0
  notModified = 0
  parts = 0
  /** Clients that left. */
  left = 0
  /** Answers that their handlers cut off, and failures that they meant. */
  torn = 0
  failed = 0
  writes = 0
  purges = 0
  reloads = 0
  /** How many answers were wrong. */
  wrong = 0
  readonly faults: string[] = []

  answered({ status, headers, left }: Answer): void {
    this.requests += 1
    if (left) this.left += 1
    if (status === 304) this.notModified += 1
    if (status === 206) this.parts += 1
    if (isHit({ headers })) this.hits += 1
  }

  fault({ method, target, headers: asked }: Ask, { status, headers }: Answer, what: string): void {
    this.wrong += 1
    this.say(`${method} ${target} ${JSON.stringify(asked)}: ${what}; ${status} ${JSON.stringify(headers)}`)
  }

  say(fault: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push(fault)
  }
}

export function isHit({ headers }: Pick<Answer, 'headers'>): boolean {
  return /; hit(;|$)/.test(String(headers['cache-status']))
}
