import type { Decision } from './answer-decision.ts'
import type { HttpPolicy } from './options.ts'
import { fieldLines, type HeaderFields, responseControl, varyNames } from './rules/index.ts'

/** The head as it was sent in the end. */
export interface SentHead {
  field(name: string): HeaderFields[string]
  /** True where only layers before the cache can have added to it: they run for hits, too, and their cookies are live. */
  readonly byLayersBefore: boolean
}

/**
 * Whether a layer that saw the answer after the cache forbids to share it: an onSend hook of a route, or one that is
 * called as the head is written. What the client is told counts (RFC 9111, 5.2.2.5 and 5.2.2.7), and a cookie of a layer
 * that runs on a miss alone may stand for what is in the page: the session that this very run of the handler has opened.
 *
 * @param shown the head as it was when the cache decided
 */
export function isForbiddenSince(
  { control, forOneUser }: Decision,
  shown: HeaderFields,
  sent: SentHead,
  { shareCookies }: HttpPolicy,
): boolean {
  // Where a field for this cache has spoken, Cache-Control is not asked (RFC 9213, 2.2).
  if (!control.targeted && restricts('cache-control', shown, sent) && isRestricting(sent, forOneUser))
    return true
  if (restricts('vary', shown, sent) && varyNames(asFields('vary', sent)) === '*') return true
  const { directives } = control
  if (sent.byLayersBefore || shareCookies || forOneUser || directives.withheld.includes('set-cookie'))
    return false
  return linesOf('set-cookie', sent).length > fieldLines(shown, 'set-cookie').length
}

function restricts(name: string, shown: HeaderFields, sent: SentHead): boolean {
  return sent.field(name) !== undefined && String(sent.field(name)) !== String(shown[name])
}

function isRestricting(sent: SentHead, forOneUser: boolean): boolean {
  const { directives } = responseControl(asFields('cache-control', sent), [])
  const { noStore, noCache, withheld } = directives
  return noStore || noCache || withheld.length > 0 || (directives.private && !forOneUser)
}

function linesOf(name: string, sent: SentHead): readonly string[] {
  return fieldLines(asFields(name, sent), name)
}

function asFields(name: string, sent: SentHead): HeaderFields {
  return { [name]: sent.field(name) }
}
