export type Column = { readonly head: readonly [string, string]; readonly align: 'left' | 'right' }
export type Row = { readonly cells: readonly string[]; readonly strong?: boolean }

/**
 * A table of text: two lines of heading, a rule, then groups of rows with a rule between them. Widths are those
 * of the text, so colour codes are added last and only when asked for.
 */
export function formatTable(
  columns: readonly Column[],
  groups: readonly (readonly Row[])[],
  color: boolean,
): string {
  const rows = groups.flat()
  const widths = columns.map(({ head }, i) =>
    Math.max(...head.map(widthOf), ...rows.map(({ cells }) => widthOf(cells[i] ?? ''))),
  )
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, i) => pad(cells[i] ?? '', widths[i] ?? 0, align))
      .join('  ')
      .trimEnd()
  const rule = paint('-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2)), 'faint', color)
  const heading = [0, 1].map((n) => paint(line(columns.map(({ head }) => head[n] ?? '')), 'faint', color))
  const body = groups.map((group) =>
    group.map(({ cells, strong }) => paint(line(cells), strong ? 'bold' : 'plain', color)).join('\n'),
  )
  return [...heading, rule, body.join(`\n${rule}\n`)].join('\n')
}

const codes = { plain: undefined, bold: 1, faint: 2 } as const

/** Wraps a line in an ANSI style; plain text when colour is off. */
export function paint(text: string, style: keyof typeof codes, color: boolean): string {
  const code = codes[style]
  return color && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const padding = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'left' ? text + padding : padding + text
}

/** Characters, not UTF-16 units. */
function widthOf(text: string): number {
  return [...text].length
}
