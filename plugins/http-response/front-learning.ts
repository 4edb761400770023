import type { AroundField, FrontPass } from './front-pass.ts'
import { asciiLower, fieldLines, type HeaderFields, varyNames } from './rules/index.ts'
import type { Served } from './served.ts'

/** An answer as it left the process. */
export interface SentAnswer {
  readonly status: number
  /** In the order and with the names in which they were sent. */
  readonly fields: readonly (readonly [name: string, value: string | readonly string[]])[]
}

/** The request it answers: its headers as the layers before the cache have left them, and as they came. */
export interface AskedFor {
  readonly headers: HeaderFields
  readonly rawHeaders: readonly string[]
}

/** Express sets it itself, before any layer. */
const FRAMEWORK = 'x-powered-by'

/** Of the connection, and not of the answer. */
const CONNECTION: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding'])

/** What became of an answer between the cache and the client: what was added, or what makes it unfit for the front. */
export type Around =
  | { readonly fields: readonly AroundField[]; readonly unfit?: undefined }
  | { readonly unfit: string; readonly fields?: undefined }

/**
 * What the layers before the cache add to an answer of the cache, or why nobody can know that: then the answer is not
 * for the front, where they do not run. Undefined if this request does not tell.
 */
export function aroundOf(
  answer: Served,
  pass: FrontPass,
  sent: SentAnswer,
  asked: AskedFor,
): Around | undefined {
  const changed = changedField(answer, sent)
  if (changed !== undefined) return { unfit: `a layer before the cache changes ${changed}` }
  const written = writtenBefore(answer, pass, asked)
  if (written !== undefined && isRepeated(asked.rawHeaders, written)) return undefined
  if (written !== undefined) return { unfit: `a layer before the cache writes ${written} of the request` }
  const fields = addedFields(answer, sent)
  const unknown = fields
    .map(({ name }) => asciiLower(name))
    .filter((name) => name !== FRAMEWORK && !pass.constant.includes(name))
  if (unknown.length === 0) return { fields }
  const names = unknown.map((name) => `'${name}'`).join(', ')
  return {
    unfit: `a layer before the cache sets ${unknown.join(', ')}. If that is the same on every answer, say so: front: { headers: [${names}] }`,
  }
}

function changedField({ status, headers }: Served, sent: SentAnswer): string | undefined {
  if (sent.status !== status) return 'the status'
  const values = new Map(sent.fields.map(([name, value]) => [asciiLower(name), textOf(value)]))
  const changed = Object.keys(headers).find((name) => {
    const own = fieldLines(headers, name)
    return own.length > 0 && values.get(name) !== textOf(own)
  })
  return changed
}

function addedFields({ headers }: Served, sent: SentAnswer): readonly AroundField[] {
  const fields: AroundField[] = []
  let behind = false
  for (const [name, value] of sent.fields) {
    const lower = asciiLower(name)
    if (fieldLines(headers, lower).length > 0) behind = true
    else if (!CONNECTION.has(lower)) fields.push({ name, value, behind })
  }
  return fields
}

/** Only what the framework itself says need not be compared with another answer. */
export function isCertain(fields: readonly AroundField[]): boolean {
  return fields.every(({ name }) => asciiLower(name) === FRAMEWORK)
}

/**
 * A request header by which the answer was found, and which a layer before the cache has written: in front, the client
 * would choose in its place.
 */
function writtenBefore(
  answer: Served,
  { observed }: FrontPass,
  { headers, rawHeaders }: AskedFor,
): string | undefined {
  const told = varyNames(answer.headers)
  const selecting = ['host', ...(told === '*' ? [] : told), ...observed.map((name) => name.replace(/^=/, ''))]
  return selecting.find((name) => textOf(fieldLines(headers, name)) !== textOf(linesOf(rawHeaders, name)))
}

function valuesOf(raw: readonly string[], name: string): readonly string[] {
  return raw.filter((_, i) => i % 2 === 1 && asciiLower(raw[i - 1] as string) === name)
}

/**
 * Node makes one value of several lines in different ways, by their names. Clients must not be able to keep a page
 * behind by sending two lines, so nothing is concluded from the difference.
 */
function isRepeated(raw: readonly string[], name: string): boolean {
  return valuesOf(raw, name).length > 1
}

/** Lists may have come in several lines, and Node joins them. */
function linesOf(raw: readonly string[], name: string): readonly string[] {
  const lines = valuesOf(raw, name)
  return lines.length < 2 ? lines : [lines.join(', ')]
}

function textOf(value: string | readonly string[]): string {
  return JSON.stringify(typeof value === 'string' ? [value] : value)
}
