import { asciiLower, fieldValue, lookedUpLanguage } from './rules/index.ts'

/** What Node's requests show of their headers; those of HTTP/2 have no `headersDistinct`. */
interface NodeRequest {
  readonly headers: Record<string, string | string[] | undefined>
  readonly rawHeaders: string[]
  headersDistinct?: Record<string, string[]> | undefined
}

/**
 * Puts the one language that a request asks for, of those that its route has, in the place of its Accept-Language, for
 * the key and for all that comes behind the cache. To put it into the key alone would be wrong: handlers have ways of
 * their own to read a list (Express prefers an exact `en` to a `de-AT` that comes first), and would answer one key in
 * two languages. A field that `lookedUpLanguage` makes nothing of stays as it is.
 */
export function chooseLanguage(request: object, languages: readonly string[] | undefined): void {
  if (languages === undefined) return
  const node = request as NodeRequest
  const { headers, rawHeaders } = node
  const chosen = lookedUpLanguage(fieldValue(headers, 'accept-language'), languages)
  if (chosen === undefined || chosen === headers['accept-language']) return
  headers['accept-language'] = chosen
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2)
    if (asciiLower(rawHeaders[at] as string) === 'accept-language') rawHeaders.splice(at, 2)
  rawHeaders.push('Accept-Language', chosen)
  // Node makes it anew when it is asked for.
  if ('headersDistinct' in node) node.headersDistinct = undefined
}
