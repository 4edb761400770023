import { FrequencySketch, type Slot, type Strategy, type StrategyFactory } from '../../src/domain/index.ts'

type Segment = 'window' | 'probation' | 'protected'

interface Entry {
  readonly slot: Slot
  readonly print: number
  count: number
  segment: Segment
  touched: boolean
}

/**
 * W-TinyLFU with a window of one share for good: one array of entries, the newest first, in which segments are told
 * apart by a word. Only the sketch is the real one, for its errors are part of what is decided; it has its own tests.
 */
export function referenceWTinyLfu(share: number): StrategyFactory {
  return {
    name: 'reference-w-tinylfu',
    create: ({ slots, maxEntries }): Strategy => {
      const sketch = new FrequencySketch(Math.min(slots, maxEntries))
      let entries: Entry[] = []
      let counted = 0
      let random = 1

      const of = (segment: Segment) => entries.filter((entry) => entry.segment === segment)
      const windowOf = (held: number) => Math.max(1, Math.floor(share * held))
      const move = (entry: Entry, segment: Segment) => {
        entries = [entry, ...entries.filter((other) => other !== entry)]
        entry.segment = segment
        entry.touched = false
      }
      const demote = () => {
        const most = Math.max(1, 0.8 * (of('protected').length + of('probation').length))
        if (of('protected').length <= most) return
        for (let spared = 0; spared < 64 && of('protected').at(-1)?.touched; spared++) {
          move(of('protected').at(-1) as Entry, 'protected')
        }
        move(of('protected').at(-1) as Entry, 'probation')
      }
      const resident = (): Entry | undefined => {
        demote()
        for (let spared = 0; spared < 64 && of('probation').at(-1)?.touched; spared++) {
          move(of('probation').at(-1) as Entry, 'protected')
          demote()
        }
        return of('probation').at(-1) ?? of('protected').at(-1)
      }
      const wins = (candidate: Entry, other: Entry): boolean => {
        if (candidate.count - 1 > other.count) return true
        if (candidate.count - 1 < 6) return false
        random = (Math.imul(random, 1_103_515_245) + 12_345) | 0
        return ((random >>> 16) & 127) === 0
      }
      const age = () => {
        counted >>>= 1
        sketch.halve()
        for (const entry of entries) entry.count >>= 1
      }
      const touch = (slot: Slot) => {
        const entry = entries.find((other) => other.slot === slot) as Entry
        if (entry.count < 15) counted += 1
        entry.count = Math.min(15, entry.count + 1)
        if (entry.segment === 'window') move(entry, 'window')
        else entry.touched = true
      }
      return {
        name: 'reference-w-tinylfu',
        fingerprints: true,
        grow: (more) => sketch.reserve(Math.min(more, maxEntries)),
        insert(slot, print) {
          if (counted >= 10 * maxEntries) age()
          const most = windowOf(entries.length)
          for (let moved = 0; moved < 8 && of('window').length > most; moved++) {
            move(of('window').at(-1) as Entry, 'probation')
          }
          const known = sketch.estimate(print)
          const last = of('probation').at(-1)
          const bypass = of('window').length >= most && last !== undefined && known > last.count
          const segment = bypass ? 'probation' : 'window'
          entries.unshift({ slot, print, count: Math.min(15, known + 1), segment, touched: false })
          counted += 1
        },
        touch,
        renew: touch,
        remove(slot) {
          const entry = entries.find((other) => other.slot === slot) as Entry
          entries = entries.filter((other) => other !== entry)
          sketch.raise(entry.print, entry.count)
        },
        victim() {
          const other = resident()
          const candidate = of('window').at(-1)
          if (other === undefined) return candidate?.slot ?? 0
          if (candidate === undefined || of('window').length <= windowOf(entries.length - 1))
            return other.slot
          if (!wins(candidate, other)) return candidate.slot
          move(candidate, 'probation')
          return other.slot
        },
      }
    },
  }
}
