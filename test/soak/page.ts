import type { IncomingHttpHeaders } from 'node:http'

/** What a page is asked for with. */
export interface Asked {
  readonly method: string
  /** As in the request line. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body?: unknown
}

/** Two versions: of the page itself and of the group that it belongs to. */
export interface Version {
  readonly page: number
  readonly group: number
}

/** Where a page is found, and the names under which the world knows what it is made of. */
export interface PageAddress {
  readonly kind: string
  readonly n: number
  /** Without what the page does not depend on. */
  readonly path: string
  readonly pageName: string
  readonly groupName: string
}

/** The parameter of the query that pages of a kind depend on. */
const COUNTS: Readonly<Record<string, string>> = { search: 'q', unique: 'u' }

export const PAGES_OF_A_KIND = 12
export const GROUPS = 4

export function addressOf(target: string): PageAddress {
  const url = new URL(target, 'http://soak.invalid')
  const [, kind = '', last = ''] = url.pathname.split('/')
  const n = Number(last)
  const counts = COUNTS[kind]
  const query = counts === undefined ? '' : `?${counts}=${url.searchParams.get(counts)}`
  return {
    kind,
    n,
    path: `/${kind}/${n}${query}`,
    pageName: `page:${kind}/${n}${query}`,
    groupName: groupName(n),
  }
}

export function groupName(n: number): string {
  return `group:${n % GROUPS}`
}

export function versionText({ page, group }: Version): string {
  return `${page}.${group}`
}

export function versionOf(text: string): Version {
  const [page, group] = text.split('.').map(Number)
  return { page: page as number, group: group as number }
}
