import type { Trace } from './trace.ts'

/** A key that is never asked for again. */
const NEVER = 0xffff_ffff

/**
 * The most hits any strategy could have had: Belady's MIN (IBM Systems Journal 1966) with bypass. When room is needed,
 * the entry leaves that is asked for last; a newcomer that is asked for later than all others does not enter.
 *
 * A heap of the times of next use, latest first. At time t each entry whose next use was t is hit, so its old time,
 * being smaller than all that lie ahead, sinks below the live ones and never has to be searched for; the heap is swept
 * when the dead outnumber the living. O(n log capacity), 4 bytes per access for the times.
 */
export function optimalHits({ keys, distinct }: Trace, capacity: number): number {
  const next = nextUses(keys, distinct)
  const held = new Uint8Array(distinct)
  const heap = new LatestFirst(2 * Math.min(capacity, distinct) + 1)
  let room = capacity
  let hits = 0
  for (let now = 0; now < keys.length; now++) {
    const key = keys[now] as number
    const again = next[now] as number
    if (held[key] === 1) {
      hits += 1
      room += 1
      held[key] = 0
    }
    if (again === NEVER || capacity < 1) continue
    if (room === 0) {
      if (heap.latest() < again) continue
      held[keys[heap.take()] as number] = 0
      room = 1
    }
    heap.add(again, now)
    held[key] = 1
    room -= 1
  }
  return hits
}

function nextUses(keys: Uint32Array, distinct: number): Uint32Array {
  const next = new Uint32Array(keys.length)
  const upcoming = new Uint32Array(distinct).fill(NEVER)
  for (let now = keys.length - 1; now >= 0; now--) {
    const key = keys[now] as number
    next[now] = upcoming[key] as number
    upcoming[key] = now
  }
  return next
}

/** A binary heap of times, the largest on top. */
class LatestFirst {
  readonly #times: Uint32Array
  #size = 0

  /** @param places more than twice the number of times that can lie ahead at once */
  constructor(places: number) {
    this.#times = new Uint32Array(places)
  }

  latest(): number {
    return this.#times[0] as number
  }

  add(time: number, now: number): void {
    if (this.#size === this.#times.length) this.#sweep(now)
    const times = this.#times
    let at = this.#size++
    while (at > 0) {
      const parent = (at - 1) >> 1
      if ((times[parent] as number) >= time) break
      times[at] = times[parent] as number
      at = parent
    }
    times[at] = time
  }

  take(): number {
    const latest = this.#times[0] as number
    this.#size -= 1
    if (this.#size > 0) this.#sink(this.#times[this.#size] as number)
    return latest
  }

  #sink(time: number): void {
    const times = this.#times
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.#size) break
      if (child + 1 < this.#size && (times[child + 1] as number) > (times[child] as number)) child++
      if ((times[child] as number) <= time) break
      times[at] = times[child] as number
      at = child
    }
    times[at] = time
  }

  /** Drops what has passed. What is left, latest first, is a heap. */
  #sweep(now: number): void {
    const ahead = this.#times.filter((time) => time > now).sort()
    this.#size = ahead.length
    this.#times.set(ahead.reverse())
  }
}
