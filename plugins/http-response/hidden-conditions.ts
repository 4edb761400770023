const CONDITIONS = ['if-none-match', 'if-modified-since'] as const

/**
 * Keeps the client's own conditions from the handler until it has answered, so that it makes the whole answer:
 * frameworks turn a miss into a 304 without a body by themselves. Returns what gives them back.
 */
export function hideConditions(headers: Record<string, unknown>): () => void {
  const hidden = CONDITIONS.filter((name) => headers[name] !== undefined).map(
    (name) => [name, headers[name]] as const,
  )
  for (const [name] of hidden) delete headers[name]
  return () => {
    for (const [name, value] of hidden) headers[name] = value
  }
}
