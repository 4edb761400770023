import { describe } from './describe.ts'
import { cacheTtl } from './duration.ts'
import { CallOptionError } from './errors.ts'

/**
 * What a call says of its timeouts. A number or a misspelt part would mean no timeout at all.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID`
 */
export function checkTimeout(value: unknown, option = 'timeout'): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CallOptionError(option, `expected { soft, hard }, got ${describe(value)}.`)
  }
  for (const [part, duration] of Object.entries(value)) {
    const name = `${option}.${part}`
    if (part !== 'soft' && part !== 'hard') throw new CallOptionError(name, 'expected soft or hard.')
    if (duration !== undefined) cacheTtl(duration, name)
  }
}
