import { describeRun, type SummaryData, totalsOf } from '../summary.ts'

/** The tables on the standard output; the totals as JSON in the file that the runner named, for its own check. */
export function handleSummary(data: SummaryData): Record<string, string> {
  const { SCENARIO, TOTALS } = __ENV
  return {
    stdout: describeRun(SCENARIO ?? '', data),
    ...(TOTALS === undefined ? {} : { [TOTALS]: JSON.stringify(totalsOf(data)) }),
  }
}
