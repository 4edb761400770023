import type { SurfacePort } from '../../src/application/index.ts'

/** Until another request's answer is there, or for so many milliseconds; resolves to whether it came. */
export function arrived(port: SurfacePort, underWay: Promise<unknown>, limit: number): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = port.schedule(limit, () => resolve(false))
    void underWay.then(() => {
      cancel()
      resolve(true)
    })
  })
}
