import type { Logger } from '../../domain/index.ts'

/** Messages shown by one logger: enough to see what is wrong, too few to fill a disk. */
const MOST_MESSAGES = 20

const LAST = 'hitherto: more warnings are not shown; give createCache a logger to see them all.'

/**
 * The logger of those who gave none. A contained fault that nobody hears of looks like a healthy cache, so warnings and
 * errors become warnings of the process: each message once, and not many. The rest is not shown.
 */
export function processWarnings(
  emit: (message: string) => void = (message) => process.emitWarning(message, 'HithertoWarning'),
): Logger {
  const shown = new Set<string>()
  const warn = (message: string) => {
    if (shown.size > MOST_MESSAGES || shown.has(message)) return
    shown.add(message)
    emit(shown.size > MOST_MESSAGES ? LAST : message)
  }
  return { debug() {}, info() {}, warn, error: warn }
}
