/**
 * HTTP-date (RFC 9110, 5.6.7): the fixed format every sender must use and the two obsolete ones every recipient
 * must accept. Nothing else is a date: `Date.parse` takes a dozen further spellings, and each of them would be a
 * lifetime that the sender did not write. Letter case is ignored, as RFC 9111, 4.2 asks of caches; a zone other
 * than GMT is refused, as the same section asks. The weekday must be one, but need not be the right one.
 */
const SHORT_DAY = '(?:mon|tue|wed|thu|fri|sat|sun)'
const LONG_DAY = '(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)'
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const MONTH = `(?<month>${MONTHS.join('|')})`
const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)'

/** `Sun, 06 Nov 1994 08:49:37 GMT` */
const IMF_FIXDATE = new RegExp(`^${SHORT_DAY}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} gmt$`, 'i')
/** `Sunday, 06-Nov-94 08:49:37 GMT` */
const RFC850_DATE = new RegExp(`^${LONG_DAY}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} gmt$`, 'i')
/** `Sun Nov  6 08:49:37 1994` */
const ASCTIME_DATE = new RegExp(`^${SHORT_DAY} ${MONTH} (?<day>\\d\\d| \\d) ${TIME} (?<year>\\d{4})$`, 'i')

type DateParts = Readonly<Record<string, string | undefined>>

/**
 * The time of an HTTP-date in milliseconds, or undefined for anything else.
 *
 * @param now the present, in milliseconds; only two-digit years need it
 * @example parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT', Date.now()) // 784111777000
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  const full = IMF_FIXDATE.exec(text)?.groups ?? ASCTIME_DATE.exec(text)?.groups
  if (full !== undefined) return instant(full, Number(full.year))
  const short = RFC850_DATE.exec(text)?.groups
  return short === undefined ? undefined : twoDigitYear(short, now)
}

let lastSecond = Number.NaN
let lastText = ''

/** The time as IMF-fixdate, whole seconds. Most calls are about the present one, so the last text is kept. */
export function formatHttpDate(ms: number): string {
  const second = Math.floor(ms / 1000)
  if (second !== lastSecond) {
    lastText = new Date(ms).toUTCString()
    lastSecond = second
  }
  return lastText
}

/** A year that appears to be more than 50 years ahead is the most recent past one with those digits. */
function twoDigitYear(parts: DateParts, now: number): number | undefined {
  const present = new Date(now)
  const century = Math.floor(present.getUTCFullYear() / 100) * 100
  const year = century + Number(parts.year)
  const limit = new Date(now).setUTCFullYear(present.getUTCFullYear() + 50)
  const time = instant(parts, year)
  return time === undefined || time > limit ? instant(parts, year - 100) : time
}

function instant(parts: DateParts, year: number): number | undefined {
  const month = MONTHS.indexOf((parts.month ?? '').toLowerCase())
  const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(Number)
  if (day === undefined || hour === undefined || minute === undefined || second === undefined)
    return undefined
  // 60 is a leap second in the grammar; the clock has none, so it is the following second.
  if (hour > 23 || minute > 59 || second > 60) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  // A day that the month does not have has become another day of its neighbour.
  if (date.getUTCDate() !== day) return undefined
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000
}
