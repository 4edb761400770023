import { KeyArgumentError } from '../../src/domain/index.ts'

/** Gives an object of a kind that has no text of its own an identity, or undefined to decline. */
export type Identify = (value: object) => string | undefined

/** An object that the walk is in, and the member of it that is being encoded: enough to name the place of a refusal. */
interface Frame {
  readonly object: object
  readonly parent: Frame | undefined
  readonly depth: number
  member: string | number | symbol
}

/** The state of one walk through the arguments of one call. */
export interface Walk {
  readonly identify: Identify | undefined
  frame: Frame
  /** How many more values may be visited. */
  visits: number
}

/** Deeper data than any JSON API accepts; far from the end of the stack. */
export const MAX_DEPTH = 64
/** Bounds the time of a call by what its caller controls; shared parts are visited as often as they are seen. */
export const MAX_VISITS = 10_000
/** The longest text, and the most bytes of one buffer, that are read for a key: 4 Mi. */
export const MAX_SIZE = 4_194_304

const USE_KEY = "Make the key from what matters with the option key: (...args) => '...'."

export function startWalk(args: readonly unknown[], identify: Identify | undefined): Walk {
  return { identify, frame: { object: args, parent: undefined, depth: 0, member: 0 }, visits: MAX_VISITS }
}

/** Goes down into an object. */
export function enter(walk: Walk, object: object): void {
  const parent = walk.frame
  for (let frame: Frame | undefined = parent; frame !== undefined; frame = frame.parent) {
    if (frame.object === object) throw refusal(walk, 'refers to an object that contains it', USE_KEY)
  }
  if (parent.depth === MAX_DEPTH) throw refusal(walk, `is nested deeper than ${MAX_DEPTH} levels`, USE_KEY)
  walk.frame = { object, parent, depth: parent.depth + 1, member: '' }
}

export function leave(walk: Walk): void {
  walk.frame = walk.frame.parent ?? walk.frame
}

/** Counts a value. */
export function visit(walk: Walk): void {
  if (--walk.visits < 0) throw tooMany(walk)
}

/** Refuses a container of too many members before any of them is read. */
export function checkCount(walk: Walk, count: number): void {
  if (count > walk.visits) throw tooMany(walk)
}

function tooMany(walk: Walk): KeyArgumentError {
  return refusal(walk, `brings the arguments above ${MAX_VISITS} values`, USE_KEY)
}

export function checkSize(walk: Walk, size: number): void {
  if (size > MAX_SIZE) throw refusal(walk, `is larger than ${MAX_SIZE} characters or bytes`, USE_KEY)
}

/** The error for a value that no unambiguous text can be made from: where it is, what it is, and the fix. */
export function refusal(walk: Walk, what: string, fix: string): KeyArgumentError {
  let place = ''
  for (let frame: Frame | undefined = walk.frame; frame !== undefined; frame = frame.parent) {
    place = segment(frame.member) + place
  }
  return new KeyArgumentError(`args${place} ${what}. ${fix}`)
}

function segment(step: string | number | symbol): string {
  if (typeof step === 'number') return `[${step}]`
  if (typeof step === 'symbol') return `[${String(step)}]`
  const name = step.length > 60 ? `${step.slice(0, 57)}...` : step
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}
