import type { SimulatedSize, StrategySummary } from '../../src/application/insight/index.ts'

/** Sizes down, strategies across, hit ratios in percent; the best strategy of a row has a star. */
export function resultTable(results: readonly SimulatedSize[]): string {
  const names = Object.keys(results[0]?.hitRatios ?? {})
  const rows = results.map(({ size, capacity, optimum, hitRatios }) => {
    const best = Math.max(...Object.values(hitRatios))
    const cell = (ratio: number) => `${percent(ratio)}${ratio === best && ratio > 0 ? '*' : ' '}`
    return [
      String(size),
      String(capacity),
      `${percent(optimum)} `,
      ...names.map((name) => cell(hitRatios[name] ?? Number.NaN)),
    ]
  })
  return aligned([['size', 'entries', 'optimum ', ...names.map((name) => `${name} `)], ...rows])
}

/** One line for each strategy over all traces and sizes. */
export function summaryTable(summaries: readonly StrategySummary[], baseline: string): string {
  return aligned([
    ['strategy', 'hits %', 'of optimum', `misses / ${baseline}`, `worst - ${baseline}`],
    ...summaries.map((summary) => [
      summary.strategy,
      percent(summary.meanHitRatio),
      summary.meanOfOptimum.toFixed(3),
      summary.missesOfBaseline.toFixed(3),
      percent(summary.worstAgainstBaseline),
    ]),
  ])
}

function percent(ratio: number): string {
  return (100 * ratio).toFixed(1)
}

/** Columns of text, the first to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return rows.map(line).join('\n')
}
