/** Bytes, or a string of a number and a unit: `'512kb'`, `'64mb'`, `'1.5gb'` (powers of 1024). */
export type ByteSize = number | string

const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }

/** The bytes of a size, or undefined for what is not one. */
export function parseByteSize(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 1 && Number.isFinite(value) ? Math.floor(value) : undefined
  if (typeof value !== 'string') return undefined
  const match = /^(\d{1,12}(?:\.\d{1,6})?)\s*(b|kb|mb|gb)$/i.exec(value)
  if (match === null) return undefined
  const bytes = Math.floor(Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? Number.NaN))
  return bytes > 0 ? bytes : undefined
}
