import { headLines } from './front-lines.ts'
import type { FrontPass } from './front-pass.ts'
import {
  appendCacheStatus,
  fieldLines,
  fieldValue,
  type HeaderFields,
  hasField,
  OWN_TARGET,
  type RequestView,
} from './rules/index.ts'
import type { Served } from './served.ts'
import type { StoredResponse } from './stored-response.ts'

type Fields = Record<string, HeaderFields[string]>

/** What is kept with a stored response of the heads it is sent with: nothing is made twice within a second. */
export class Heads {
  /** All fields that do not change with time. */
  #constant: HeaderFields | undefined
  #lines: readonly string[] | undefined
  #last: WholeAnswer | undefined
  #age = 0
  #status: string | undefined

  /**
   * @param age whole seconds
   * @param status the members that Cache-Status gets, the last one this cache's own
   */
  whole(stored: StoredResponse, age: number, status: string | undefined): WholeAnswer {
    if (this.#last !== undefined && this.#age === age && this.#status === status) return this.#last
    this.#constant ??= constantFields(stored)
    this.#last = new WholeAnswer(stored, this.#constant, age, cacheStatusOf(stored, status))
    this.#age = age
    this.#status = status
    return this.#last
  }

  /** The constant fields as `writeHead` takes them. */
  lines(constant: HeaderFields): readonly string[] {
    this.#lines ??= headLines(constant, [])
    return this.#lines
  }
}

/**
 * A stored response as it is sent whole, as most are. Shared by all who get it, so nobody may change it. The record of
 * all fields is made for those who ask for it. Getters, so that an answer made of this one (`{ ...answer, headers }`)
 * has none of its other forms.
 */
export class WholeAnswer implements Served {
  readonly status: number
  readonly body: Buffer
  readonly front: FrontPass | undefined
  readonly #text: boolean
  readonly #constant: HeaderFields
  readonly #age: string
  readonly #cacheStatus: string | undefined
  readonly #heads: Heads
  #headers: HeaderFields | undefined
  #lines: readonly string[] | undefined

  constructor(
    { status, body, text, front, heads }: StoredResponse,
    constant: HeaderFields,
    age: number,
    cacheStatus: string | undefined,
  ) {
    this.status = status
    this.body = body
    this.front = front
    this.#text = text
    this.#constant = constant
    this.#age = String(age)
    this.#cacheStatus = cacheStatus
    this.#heads = heads
  }

  get headers(): HeaderFields {
    this.#headers ??= Object.freeze(withTimes({ ...this.#constant }, this.#age, this.#cacheStatus))
    return this.#headers
  }

  get lines(): readonly string[] {
    if (this.#lines !== undefined) return this.#lines
    const lines = [...this.#heads.lines(this.#constant), 'age', this.#age]
    if (this.#cacheStatus !== undefined) lines.push('cache-status', this.#cacheStatus)
    this.#lines = lines
    return lines
  }

  get text(): boolean {
    return this.#text
  }

  get constant(): HeaderFields {
    return this.#constant
  }

  get age(): string {
    return this.#age
  }

  get cacheStatus(): string | undefined {
    return this.#cacheStatus
  }
}

/** The fields of a stored response in another form, complete for its reuse. */
export function reusedFields(
  stored: StoredResponse,
  fields: HeaderFields,
  age: number,
  status: string | undefined,
): HeaderFields {
  return withTimes(withoutWithheld(stored, fields), String(age), cacheStatusOf(stored, status))
}

/** Whether nothing but the whole of what is stored can be the answer. */
export function asksForWhole({ headers }: RequestView): boolean {
  return (
    !hasField(headers, 'if-none-match') &&
    !hasField(headers, 'if-modified-since') &&
    !hasField(headers, 'range')
  )
}

function constantFields(stored: StoredResponse): HeaderFields {
  const { 'cache-status': _, ...given } = stored.headers
  const fields = withoutWithheld(stored, given)
  // RFC 9110, 8.6: a server must not send Content-Length with 204.
  if (stored.status !== 204) fields['content-length'] = String(stored.body.byteLength)
  return Object.freeze(fields)
}

function withoutWithheld({ headers, removed }: StoredResponse, given: HeaderFields): Fields {
  const fields: Fields = { ...given }
  for (const name of removed) fields[name] ??= undefined
  // Not deleted: that would make every later look at the record slow.
  if (headers[OWN_TARGET] !== undefined) fields[OWN_TARGET] = undefined
  return fields
}

function withTimes(fields: Fields, age: string, cacheStatus: string | undefined): Fields {
  fields.age = age
  if (cacheStatus !== undefined) fields['cache-status'] = cacheStatus
  return fields
}

/** With the members that caches before this one have written. */
function cacheStatusOf({ headers }: StoredResponse, status: string | undefined): string | undefined {
  if (status === undefined) return fieldValue(headers, 'cache-status')
  const lines = fieldLines(headers, 'cache-status')
  return lines.length === 0 ? status : appendCacheStatus(lines, status)
}
