import { AsyncLocalStorage } from 'node:async_hooks'
import { expect } from 'chai'
import { systemClock } from '../../../../src/infrastructure/clock/index.ts'

describe('a timer of the system clock', () => {
  it('carries no asynchronous context, so a timer that arms itself again keeps no scope alive', async () => {
    const storage = new AsyncLocalStorage<string>()
    const clock = systemClock()
    const seen = await storage.run('a load', () => {
      expect(storage.getStore()).to.equal('a load')
      return new Promise((resolve) => {
        const keepAlive = setTimeout(() => {}, 1_000)
        clock.schedule(1, () => {
          clearTimeout(keepAlive)
          resolve(storage.getStore())
        })
      })
    })
    expect(seen).to.equal(undefined)
  })
})
