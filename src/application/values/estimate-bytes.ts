/** What an entry costs beyond its key and value: its Map entry, its cells in the columns, the key's header. */
export const ENTRY_OVERHEAD = 96

/** How many parts of a value are looked at; what lies beyond is estimated from them. */
const MOST_PARTS = 2_000
/** How many elements of a long list are looked at. */
const SAMPLE = 64

/**
 * About how many bytes a value keeps alive. Exact for bytes, close for text and plain data, from a sample for long
 * lists, so its cost is bounded. An estimate is enough: it guards the process's memory, not an accountant's books.
 */
export function estimateBytes(value: unknown): number {
  return measure(value, { parts: MOST_PARTS, seen: undefined })
}

interface Budget {
  parts: number
  seen: Set<object> | undefined
}

function measure(value: unknown, budget: Budget): number {
  switch (typeof value) {
    case 'string':
      return textBytes(value)
    case 'object':
      return value === null ? 0 : measureObject(value, budget)
    case 'bigint':
      return 24
    case 'number':
      return 8
    default:
      return 8
  }
}

/** V8 keeps one byte a character for Latin text and two otherwise; a look at a few characters tells which. */
export function textBytes(text: string): number {
  const step = Math.max(1, Math.floor(text.length / 16))
  for (let i = 0; i < text.length; i += step) if (text.charCodeAt(i) > 0xff) return 16 + 2 * text.length
  return 16 + text.length
}

function measureObject(value: object, budget: Budget): number {
  if (ArrayBuffer.isView(value)) return 96 + value.byteLength
  if (value instanceof ArrayBuffer) return 96 + value.byteLength
  if (budget.parts <= 0) return 64
  budget.seen ??= new Set()
  if (budget.seen.has(value)) return 8
  budget.seen.add(value)
  if (Array.isArray(value)) return 32 + measureList(value, value.length, budget)
  if (value instanceof Map) return 64 + measureList([...value].flat(), value.size * 2, budget)
  if (value instanceof Set) return 64 + measureList([...value], value.size, budget)
  return measureFields(value as Record<string, unknown>, budget)
}

function measureList(list: readonly unknown[], length: number, budget: Budget): number {
  const step = Math.max(1, Math.floor(length / SAMPLE))
  let bytes = 0
  let looked = 0
  for (let i = 0; i < length && budget.parts > 0; i += step) {
    budget.parts -= 1
    looked += 1
    bytes += measure(list[i], budget)
  }
  const each = looked === 0 ? 0 : bytes / looked
  return Math.ceil(length * (8 + each))
}

function measureFields(fields: Record<string, unknown>, budget: Budget): number {
  let bytes = 24
  for (const name in fields) {
    budget.parts -= 1
    if (budget.parts <= 0) return bytes + 64
    bytes += 8 + measure(fields[name], budget)
  }
  return bytes
}
