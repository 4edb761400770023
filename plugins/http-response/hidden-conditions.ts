const CONDITIONS = ['if-none-match', 'if-modified-since', 'range', 'if-range'] as const

const NOTHING_HIDDEN = (): void => {}

/**
 * Keeps the client's own conditions from the handler until it has answered, so that it makes the whole answer:
 * frameworks turn a miss into a 304 without a body, or into a part, by themselves. Returns what gives them back.
 *
 * @param instead the conditions that the handler sees: those of the stored answer it is asked to confirm
 */
export function hideConditions(
  headers: Record<string, unknown>,
  instead: Readonly<Record<string, string>> = {},
): () => void {
  if (!CONDITIONS.some((name) => headers[name] !== undefined || instead[name] !== undefined))
    return NOTHING_HIDDEN
  const hidden = CONDITIONS.map((name) => [name, headers[name]] as const)
  const put = (name: string, value: unknown): void => {
    if (value === undefined) delete headers[name]
    else headers[name] = value
  }
  for (const [name] of hidden) put(name, instead[name])
  let back = false
  return () => {
    if (back) return
    back = true
    for (const [name, value] of hidden) put(name, value)
  }
}
