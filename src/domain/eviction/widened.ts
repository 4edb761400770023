type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array

/** A longer column with the same beginning, zero beyond it. */
export function widened<C extends Column>(column: C, length: number): C {
  const wider = new (column.constructor as new (length: number) => C)(length)
  wider.set(column)
  return wider
}
