/** Texts whose reading is kept, and how long they may be, characters: a server writes few, clients could send many. */
const MOST = 256
const LONGEST = 256

/** The same function, with what it made of the last texts kept. */
export function remembered<T>(read: (text: string) => T): (text: string) => T {
  const readings = new Map<string, T>()
  return (text) => {
    const known = readings.get(text)
    if (known !== undefined) return known
    const reading = read(text)
    if (text.length > LONGEST) return reading
    if (readings.size >= MOST) readings.clear()
    readings.set(text, reading)
    return reading
  }
}
