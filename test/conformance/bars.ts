import type { Measured } from './report.ts'
import { differences } from './verdicts.ts'

interface Bars {
  readonly control: { readonly required: number }
  readonly cache: { readonly required: number; readonly optimal: number; readonly unsafe: number }
  readonly differences: ReadonlyMap<string, string>
}

/** What must hold. A change of these figures is a change of what the package promises. */
export const BARS: Bars = {
  /** Required tests that pass with no cache at all, of 160; any other figure means that the measuring is broken. */
  control: { required: 22 },
  /** On each framework with the cache in front, of 160 and 105. */
  cache: { required: 150, optimal: 87, unsafe: 0 },
  /** Tests that try a field the framework itself rewrites, so that their outcome is not the cache's alone. */
  differences: new Map([
    ['ccreq-max-stale-age', 'res.send gives an ETag, and what came stale is kept where it can be confirmed'],
    [
      'conditional-etag-strong-respond-obs-text',
      'Node sends a head together with a string body as UTF-8, so an ETag beyond ASCII arrives changed on a miss',
    ],
    ['headers-store-Content-Length', 'the origin sends a wrong length; res.send and Fastify correct it'],
    ['304-etag-update-response-Content-Length', 'the same'],
    ['headers-store-Content-Type', 'res.send writes the charset parameter of a string in its own way'],
    ['304-etag-update-response-Content-Type', 'the same, and res.send takes the field out of a 304'],
    [
      'head-200-freshness-update',
      'res.send gives an ETag, by which HEAD renews; without a validator nothing does',
    ],
    ['head-200-update', 'the same'],
    ['head-410-update', 'the same'],
  ]),
}

/** What `measured` misses; `compared` are those that must have the same outcomes. */
export function misses(measured: readonly Measured[], compared: readonly Measured[]): string[] {
  const unexpected = differences(...compared.map(({ verdicts }) => verdicts))
    .filter(({ id }) => !BARS.differences.has(id))
    .map(({ id }) => `${id} does not have the same outcome everywhere`)
  return [...measured.flatMap(missesOf), ...unexpected]
}

function missesOf({ origin, cached, mounted, counts }: Measured): string[] {
  const { pass } = counts.required
  if (!cached) {
    const expected = BARS.control.required
    return pass === expected ? [] : [`${origin} with no cache passes ${pass} required tests, not ${expected}`]
  }
  if (!mounted) return [`${origin} ran without a cache: its adapter does not exist`]
  const found: string[] = []
  if (pass < BARS.cache.required)
    found.push(`${origin} passes ${pass} required tests, not ${BARS.cache.required}`)
  if (counts.optimal.pass < BARS.cache.optimal)
    found.push(`${origin} passes ${counts.optimal.pass} optimal tests, not ${BARS.cache.optimal}`)
  if (counts.unsafe > BARS.cache.unsafe)
    found.push(`${origin} reuses what it must not in ${counts.unsafe} tests`)
  return found
}
