/**
 * A value as nested arrays of strings, in which kinds cannot be mixed up and order is fixed where it does not count.
 * `modelOf` makes it from a value and `readKey` from the text of a key; that they agree is what "injective" means.
 */
export type Model = string | readonly Model[]

const unordered = (members: readonly Model[]): Model[] =>
  [...members].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

export function modelOf(value: unknown): Model {
  if (typeof value === 'number') return ['number', Object.is(value, -0) ? '-0' : String(value)]
  if (typeof value === 'symbol') return ['Symbol', ['string', Symbol.keyFor(value) ?? '']]
  if (typeof value === 'object' && value !== null) return modelOfObject(value)
  return [value === null ? 'null' : typeof value, ...(value == null ? [] : [String(value)])]
}

function modelOfObject(value: object): Model {
  if (Array.isArray(value)) {
    return ['array', ...Array.from(value, (member, i) => (i in value ? modelOf(member) : ['hole']))]
  }
  if (value instanceof Date) return ['Date', modelOf(value.getTime())]
  if (value instanceof Map) return ['Map', ...unordered([...value].map((entry) => entry.map(modelOf)))]
  if (value instanceof Set) return ['Set', ...unordered([...value].map(modelOf))]
  if (value instanceof RegExp) {
    return ['RegExp', modelOf(value.source), modelOf(value.flags), modelOf(value.lastIndex)]
  }
  if (value instanceof URL) return ['URL', modelOf(value.href)]
  if (value instanceof ArrayBuffer) return ['ArrayBuffer', Buffer.from(value).toString('hex')]
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    return [value.constructor.name, bytes.toString('hex')]
  }
  const names = Object.keys(value).map((name) => [
    ['string', name],
    modelOf((value as Record<string, unknown>)[name]),
  ])
  const symbols = Object.getOwnPropertySymbols(value).map((symbol) => [
    modelOf(symbol),
    modelOf((value as Record<symbol, unknown>)[symbol]),
  ])
  return ['object', ...unordered([...names, ...symbols])]
}

/** The models of the arguments that a whole, unshortened key stands for. */
export function readKey(text: string): Model[] {
  const reader = new Reader(text)
  reader.take('(')
  const members = reader.list(')', () => reader.value())
  if (reader.at !== text.length) throw new Error(`text goes on at ${reader.at}: ${text}`)
  return members
}

class Reader {
  readonly text: string
  at = 0
  constructor(text: string) {
    this.text = text
  }

  take(token: string): void {
    if (!this.text.startsWith(token, this.at)) throw new Error(`no ${token} at ${this.at}: ${this.text}`)
    this.at += token.length
  }

  before(token: string, model: Model): Model {
    this.take(token)
    return model
  }

  match(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern, 'y')
    sticky.lastIndex = this.at
    const found = sticky.exec(this.text)?.[0]
    this.at += found?.length ?? 0
    return found
  }

  list<T>(end: string, member: () => T): T[] {
    const members: T[] = []
    while (!this.text.startsWith(end, this.at)) {
      if (members.length > 0) this.take(',')
      members.push(member())
    }
    this.take(end)
    return members
  }

  value(): Model {
    const string = this.match(/"(?:[^"\\]|\\.)*"/)
    if (string !== undefined) return ['string', JSON.parse(string)]
    if (this.match(/\[/)) return ['array', ...this.list(']', () => this.value())]
    if (this.match(/\{/)) return this.object()
    const bigint = this.match(/-?\d+(?=n)/)
    if (bigint !== undefined) return this.before('n', ['bigint', bigint])
    const number = this.match(/-?(?:\d[\d.]*(?:e[+-]\d+)?|Infinity)|NaN/)
    if (number !== undefined) return ['number', number]
    const kind = this.match(/\w+(?=\()/)
    if (kind !== undefined) return this.kind(kind)
    const word = this.match(/[a-z]+/) ?? ''
    return word === 'true' || word === 'false' ? ['boolean', word] : [word]
  }

  object(): Model {
    const member = (): Model => {
      const bare = this.match(/[\w$]+(?=:)/)
      const name: Model = bare === undefined ? this.value() : ['string', bare]
      this.take(':')
      return [name, this.value()]
    }
    const members: Model[] = []
    while (!this.match(/\}/)) {
      if (members.length > 0) this.match(/[,;]/) ?? this.take(',')
      else this.match(/;/)
      members.push(member())
    }
    return ['object', ...unordered(members)]
  }

  kind(kind: string): Model {
    this.take('(')
    if (kind === 'Map') {
      const entry = (): Model => {
        const key = this.value()
        this.take('=>')
        return [key, this.value()]
      }
      return ['Map', ...unordered(this.list(')', entry))]
    }
    if (kind === 'Set') return ['Set', ...unordered(this.list(')', () => this.value()))]
    if (/Array|Buffer|DataView/.test(kind)) {
      const bytes = Buffer.from(this.match(/[\w-]*/) ?? '', 'base64url')
      return this.before(')', [kind, bytes.toString('hex')])
    }
    const parts = this.list(')', () => this.value())
    return [kind, ...parts, ...(kind === 'RegExp' && parts.length === 2 ? [['number', '0']] : [])]
  }
}
