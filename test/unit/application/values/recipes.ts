import fc from 'fast-check'

/**
 * How to build a value. Built twice, a recipe gives two equal values that share nothing: one to store, one to compare
 * with after everybody has done their worst to the first.
 */
export type Recipe =
  | { readonly kind: 'leaf'; readonly value: unknown }
  /** One of the parts begun before it: a shared part, or a cycle. */
  | { readonly kind: 'again'; readonly index: number }
  | { readonly kind: 'date'; readonly time: number }
  | { readonly kind: 'bytes'; readonly of: keyof typeof BYTES; readonly bytes: readonly number[] }
  | {
      readonly kind: 'array' | 'set' | 'object' | 'null-object' | 'map'
      readonly parts: readonly (readonly [string, Recipe])[]
      readonly frozen: boolean
    }

const BYTES = {
  buffer: (bytes: readonly number[]): object => Buffer.from(bytes),
  uint8: (bytes: readonly number[]): object => Uint8Array.from(bytes),
  slice: (bytes: readonly number[]): object =>
    Uint8Array.from([9, ...bytes, 9]).subarray(1, bytes.length + 1),
  float64: (bytes: readonly number[]): object => Float64Array.from(bytes),
  view: (bytes: readonly number[]): object => new DataView(Uint8Array.from(bytes).buffer),
  memory: (bytes: readonly number[]): object => Uint8Array.from(bytes).buffer,
}

const leaf = fc.oneof(
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.bigInt(),
  fc.constantFrom(null, undefined, -0, Number.NaN),
)
const fieldName = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.constantFrom('__proto__', 'constructor', 'length', '0'),
)

const { value } = fc.letrec<{ value: Recipe }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ kind: fc.constant('leaf' as const), value: leaf }),
    fc.record({ kind: fc.constant('again' as const), index: fc.nat(9) }),
    fc.record({ kind: fc.constant('date' as const), time: fc.integer() }),
    fc.record({
      kind: fc.constant('bytes' as const),
      of: fc.constantFrom('buffer', 'uint8', 'slice', 'float64', 'view', 'memory'),
      bytes: fc.array(fc.nat(255), { maxLength: 6 }),
    }),
    fc.record({
      kind: fc.constantFrom('array', 'set', 'object', 'null-object', 'map'),
      parts: fc.array(fc.tuple(fieldName, tie('value')), { maxLength: 4 }),
      frozen: fc.boolean(),
    }),
  ),
}))

/** Recipes of plain data of every kind that may be stored, with shared parts, cycles and frozen parts. */
export const recipe: fc.Arbitrary<Recipe> = value

export function build(from: Recipe, begun: object[] = []): unknown {
  switch (from.kind) {
    case 'leaf':
      return from.value
    case 'again':
      return begun.length === 0 ? 'nothing yet' : begun[from.index % begun.length]
    case 'date':
      return new Date(from.time)
    case 'bytes':
      return BYTES[from.of](from.bytes)
    default:
      return buildContainer(from, begun)
  }
}

type ContainerRecipe = Extract<Recipe, { readonly parts: unknown }>

function buildContainer({ kind, parts, frozen }: ContainerRecipe, begun: object[]): object {
  const container = empty(kind)
  begun.push(container)
  for (const [name, part] of parts) add(container, name, build(part, begun))
  return frozen ? Object.freeze(container) : container
}

function empty(kind: ContainerRecipe['kind']): object {
  if (kind === 'array') return []
  if (kind === 'set') return new Set()
  if (kind === 'map') return new Map()
  return kind === 'object' ? {} : Object.create(null)
}

function add(container: object, name: string, part: unknown): void {
  if (Array.isArray(container)) container.push(part)
  else if (container instanceof Set) container.add(part)
  else if (container instanceof Map)
    container.set(typeof part === 'object' && name === '' ? part : name, part)
  else {
    Object.defineProperty(container, name, {
      value: part,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
}

/** Changes all that can be changed in a value and in everything that can be reached from it. */
export function vandalise(value: unknown, seen: Set<object> = new Set()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  for (const part of partsOf(value)) vandalise(part, seen)
  try {
    ruin(value)
  } catch (error) {
    // What is frozen defends itself.
    if (!(error instanceof TypeError)) throw error
  }
}

function partsOf(value: object): unknown[] {
  if (value instanceof Map) return [...value.keys(), ...value.values()]
  if (value instanceof Set) return [...value]
  if (ArrayBuffer.isView(value)) return [value.buffer]
  return Reflect.ownKeys(value).map((name) => Reflect.get(value, name))
}

function ruin(value: object): void {
  if (value instanceof Date) value.setTime(0)
  else if (value instanceof Map) {
    value.clear()
    value.set('vandal', 1)
  } else if (value instanceof Set) {
    value.clear()
    value.add('vandal')
  } else if (value instanceof ArrayBuffer) new Uint8Array(value).fill(0xaa)
  else if (!ArrayBuffer.isView(value)) {
    for (const name of Object.keys(value)) Reflect.set(value, name, 'vandal')
    Reflect.set(value, 'vandal', 1)
    if (Array.isArray(value)) value.push('vandal')
  }
}
