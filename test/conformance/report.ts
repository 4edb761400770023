import type { Origin } from './origins.ts'
import { type Counts, differences, type Verdict } from './verdicts.ts'

export interface Measured {
  readonly origin: Origin
  readonly cached: boolean
  readonly mounted: boolean
  readonly verdicts: readonly Verdict[]
  readonly counts: Counts
}

export function table(measured: readonly Measured[]): string {
  const rows = [
    ['variant', 'required', 'fail', 'dependency', 'setup', 'optimal', 'check yes/no', 'unsafe'],
    ...measured.map(({ counts: { required, optimal, check, unsafe }, ...variant }) => [
      title(variant),
      `${required.pass}/${required.total}`,
      `${required.fail}`,
      `${required.dependency}`,
      `${required.setup}`,
      `${optimal.pass}/${optimal.total}`,
      `${check.yes}/${check.no}`,
      `${unsafe}`,
    ]),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
    )
    .join('\n')
}

function title({ origin, cached, mounted }: Pick<Measured, 'origin' | 'cached' | 'mounted'>): string {
  if (!cached) return `${origin}, no cache`
  return mounted ? `${origin}, hitherto` : `${origin}, NO CACHE MOUNTED`
}

export function verdictLines(measured: readonly Measured[], wanted: (verdict: Verdict) => boolean): string[] {
  return measured.flatMap((variant) => [
    '',
    `${title(variant)}:`,
    ...variant.verdicts.filter(wanted).map(line),
  ])
}

function line({ id, outcome, message, unsafe }: Verdict): string {
  return `  ${outcome.padEnd(10)} ${unsafe ? 'UNSAFE ' : ''}${id}${message === undefined ? '' : `  (${message})`}`
}

export function differenceLines(
  measured: readonly Measured[],
  expected: ReadonlyMap<string, string>,
): string[] {
  const found = differences(...measured.map(({ verdicts }) => verdicts))
  if (found.length === 0) return ['', `same outcomes on ${measured.map(({ origin }) => origin).join(', ')}`]
  return [
    '',
    'different outcomes:',
    ...found.map(({ id, outcomes }) => {
      const each = measured.map(({ origin }, i) => `${origin} ${outcomes[i]}`).join(', ')
      return `  ${id}: ${each}  (${expected.get(id) ?? 'NOT EXPECTED'})`
    }),
  ]
}
