import { setImmediate } from 'node:timers/promises'

/** Runs so many operations, one after the other. */
export type Batch = (operations: number) => void | Promise<void>

/** What the parent asks of a child. */
export interface WindowRequest {
  /** Milliseconds of CPU time. */
  readonly cpu: number
}

/** What a child measured in one window. */
export interface WindowResult {
  readonly operations: number
  /** User and system time of the whole process, garbage collector and compiler threads included; microseconds. */
  readonly cpu: number
}

/** CPU milliseconds of one batch: long enough to make the reading of the clock vanish, short enough for timers. */
const BATCH_MS = 8
const WARM_UP_MS = 250

/** The child's side: warms up, then measures one window per message until the parent ends it. */
export async function serveWindows(batch: Batch): Promise<void> {
  const size = await calibrated(batch)
  await run(batch, size, WARM_UP_MS)
  process.on('message', async ({ cpu }: WindowRequest) => {
    process.send?.(await run(batch, size, cpu))
  })
  process.send?.('ready')
}

async function run(batch: Batch, size: number, ms: number): Promise<WindowResult> {
  const before = process.cpuUsage()
  for (let operations = size; ; operations += size) {
    await batch(size)
    const { user, system } = process.cpuUsage(before)
    if (user + system >= ms * 1_000) return { operations, cpu: user + system }
    // Timers get their turn, as in a server: coarse clocks are reset by them.
    await setImmediate()
  }
}

/** Operations per batch. */
async function calibrated(batch: Batch): Promise<number> {
  for (let size = 500; ; size *= 2) {
    const before = process.cpuUsage()
    await batch(size)
    const { user, system } = process.cpuUsage(before)
    if (user + system >= BATCH_MS * 1_000) return size
  }
}
