import { fieldValue, type HeaderFields, type RequestView } from './rules/index.ts'

/**
 * The targets on this host that an answer names in Location and Content-Location. Other hosts are left alone: a
 * handler could otherwise be made to empty the cache of its neighbours (RFC 9111, 4.4 and 7.4).
 */
export function namedTargets({ host, target }: RequestView, headers: HeaderFields): readonly string[] {
  const base = `http://${host}${target.startsWith('/') ? target : '/'}`
  return ['location', 'content-location'].flatMap((name) => {
    const value = fieldValue(headers, name)
    if (value === undefined || !URL.canParse(value, base)) return []
    const url = new URL(value, base)
    return url.host === hostOf(base) ? [`${url.pathname}${url.search}`] : []
  })
}

function hostOf(base: string): string | undefined {
  return URL.canParse(base) ? new URL(base).host : undefined
}
