/**
 * A second reading of RFC 9111 for a shared cache, made from the text and from nothing in this repository: slow, for
 * well-formed fields only, and in the order of the sections. All times are whole seconds.
 */
export interface Case {
  readonly status: number
  /** Lower-case names. */
  readonly response: Readonly<Record<string, string>>
  readonly first: Readonly<Record<string, string>>
  readonly second: Readonly<Record<string, string>>
  /** When the response came, and how much later the second request is made. */
  readonly now: number
  readonly elapsed: number
}

type Directives = ReadonlyMap<string, string>

/** May the answer to the first request, if it was stored at all, answer the second one without the handler? */
export function mayReuse(it: Case): boolean {
  return mayStore(it) && selected(it) && usable(it)
}

function directives(field: string | undefined): Directives {
  const members = (field ?? '').split(',').map((member) => member.trim().toLowerCase())
  return new Map(
    members
      .filter((member) => member !== '')
      // Of several values the strictest: 4.2.1 encourages it, and permits the first one or none.
      .sort((a, b) => strictness(a) - strictness(b))
      .map((member) => [member.split('=')[0] ?? '', member.split('=')[1] ?? '']),
  )
}

/** The last one counts: the least seconds of all but min-fresh, where `max-stale` alone is any number. */
function strictness(member: string): number {
  const [name, value] = member.split('=')
  if (value === undefined) return Number.NEGATIVE_INFINITY
  return name === 'min-fresh' ? Number(value) : -Number(value)
}

/** 5.4: Pragma counts only where there is no Cache-Control. */
function asked(request: Readonly<Record<string, string>>): Directives {
  if (request['cache-control'] === undefined && request.pragma === 'no-cache')
    return new Map([['no-cache', '']])
  return directives(request['cache-control'])
}

/** Section 3, in the order of its list. */
function mayStore({ status, response, first, now }: Case): boolean {
  const said = directives(response['cache-control'])
  if (status >= 500 || status === 403) return false // what this cache never keeps; see storability.ts
  if (said.has('no-store') && !said.has('must-understand')) return false // all statuses of the cases are understood
  if (asked(first).has('no-store') || said.has('private')) return false
  if (!forCredentialsOf(first, said)) return false
  if (response['set-cookie'] !== undefined || response.vary === '*') return false
  const fresh = lifetime(status, response, now)
  if (fresh === undefined) return false
  // What is stale when it comes is kept only if something can be done with it.
  const isStale = fresh <= age({ response, now, elapsed: 0 })
  return (
    !isStale ||
    response['last-modified'] !== undefined ||
    isInWindow(said, age({ response, now, elapsed: 0 }) - fresh)
  )
}

/** RFC 5861, 3 */
function isInWindow(said: Directives, stale: number): boolean {
  if (said.has('no-cache') || said.has('must-revalidate') || said.has('proxy-revalidate')) return false
  return stale < Number(said.get('stale-while-revalidate') ?? 0)
}

/** 4.2.1 and 4.2.2 */
function lifetime(
  status: number,
  response: Readonly<Record<string, string>>,
  now: number,
): number | undefined {
  const said = directives(response['cache-control'])
  const given = said.get('s-maxage') ?? said.get('max-age')
  if (given !== undefined) return Number(given)
  const date = seconds(response.date) ?? now
  if (response.expires !== undefined) {
    const expires = seconds(response.expires)
    return expires === undefined ? 0 : Math.max(0, expires - date)
  }
  const modified = seconds(response['last-modified'])
  const heuristic = said.has('public') || [200, 203, 204, 300, 301, 308, 404, 410].includes(status)
  if (modified === undefined || !heuristic || modified >= date) return undefined
  return Math.min((date - modified) / 10, 86_400)
}

/** 4.1 */
function selected({ response, first, second }: Case): boolean {
  const names = (response.vary ?? '').split(',').map((name) => name.trim().toLowerCase())
  return names.filter((name) => name !== '').every((name) => first[name] === second[name])
}

/** 4.2.3: the delay of the handler does not count, as it is in the same process. */
function age({ response, now, elapsed }: Pick<Case, 'response' | 'now' | 'elapsed'>): number {
  const apparent = Math.max(0, now - (seconds(response.date) ?? now))
  return Math.max(apparent, Number(response.age ?? 0)) + elapsed
}

/** 3.5, asked of the second request too: stricter than the RFC. */
function forCredentialsOf(request: Case['second'], said: Directives): boolean {
  if (request.cookie !== undefined && !said.has('public')) return false
  const forAll = said.has('public') || said.has('s-maxage') || said.has('must-revalidate')
  return request.authorization === undefined || forAll
}

/** Section 4, from "the stored response is one of the following". */
function usable(it: Case): boolean {
  const said = directives(it.response['cache-control'])
  const wants = asked(it.second)
  if (said.has('no-cache') || wants.has('no-cache') || wants.has('no-store')) return false
  if (it.response['cache-control'] === undefined && it.response.pragma === 'no-cache') return false
  if (!forCredentialsOf(it.second, said)) return false
  const is = age(it)
  const fresh = (lifetime(it.status, it.response, it.now) ?? 0) - is
  const isImmutable = said.has('immutable') && fresh > 0
  const maxAge = wants.get('max-age')
  if (maxAge !== undefined && !isImmutable && (is > Number(maxAge) || maxAge === '0')) return false
  if (wants.has('min-fresh') && fresh < Number(wants.get('min-fresh'))) return false
  if (fresh > 0) return true
  return mayBeStale(said, wants, -fresh)
}

/** 4.2.4, 5.2.1.2 and RFC 5861, 3 */
function mayBeStale(said: Directives, wants: Directives, stale: number): boolean {
  if (said.has('must-revalidate') || said.has('proxy-revalidate')) return false
  const window = said.get('stale-while-revalidate')
  if (window !== undefined && !wants.has('max-age') && stale < Number(window)) return true
  if (!wants.has('max-stale') || said.has('s-maxage')) return false
  const limit = wants.get('max-stale')
  return limit === '' || stale <= Number(limit)
}

function seconds(date: string | undefined): number | undefined {
  const ms = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(ms) ? undefined : ms / 1000
}
