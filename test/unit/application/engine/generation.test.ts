import { expect } from 'chai'
import { Generation } from '../../../../src/application/engine/generation.ts'
import { HookRegistry } from '../../../../src/application/hooks/index.ts'
import { type CacheOptions, cacheConfiguration } from '../../../../src/domain/index.ts'
import { fakeClock } from '../../../contracts/fake-clock.ts'
import { deferred, rejection, settled } from '../../../fixtures/cache-under-test.ts'

function generation(options: CacheOptions = {}, registry: HookRegistry = new HookRegistry()) {
  const disposed: string[] = []
  const made = new Generation({
    id: 1,
    configuration: cacheConfiguration(options, 1e9),
    points: registry.compilePoints({ clock: fakeClock(), timeout: 100, report() {} }),
    registry,
    surfaces: new Map(),
    dispose: async () => void disposed.push('disposed'),
  })
  return { made, disposed }
}

describe('Generation', () => {
  it('is disposed at once when nobody uses it', async () => {
    const { made, disposed } = generation()
    await made.retire()
    expect(disposed).to.deep.equal(['disposed'])
  })

  it('is disposed when the last user has left, not before', async () => {
    const { made, disposed } = generation()
    const gate = deferred<number>()
    made.enter()
    const call = made.serve(() => gate.promise)
    const retired = made.retire()
    made.leave()
    await settled()
    expect(disposed).to.deep.equal([])
    gate.resolve(7)
    expect(await call).to.equal(7)
    await retired
    expect(disposed).to.deep.equal(['disposed'])
  })

  it('is disposed once, however often and by whom', async () => {
    const { made, disposed } = generation()
    made.enter()
    const retired = made.retire()
    await Promise.all([made.dispose(), made.dispose()])
    made.leave()
    await retired
    expect(disposed).to.deep.equal(['disposed'])
  })

  it('is left by a call that fails', async () => {
    const { made, disposed } = generation()
    const fault = new Error('no')
    expect(await rejection(made.serve(() => Promise.reject(fault)))).to.equal(fault)
    await made.retire()
    expect(disposed).to.deep.equal(['disposed'])
  })

  it('lets reads take the short way only where no hook takes part in them and the cache is on', () => {
    expect(generation().made.fastReads).to.equal(true)
    expect(generation({ enabled: false }).made).to.include({ fastReads: false, serves: false })
    for (const point of ['key', 'lookup', 'decode'] as const) {
      const registry = new HookRegistry()
      registry.hook(point, 'p', () => {})
      expect(generation({}, registry).made, point).to.include({ fastReads: false, serves: true })
    }
    const registry = new HookRegistry()
    registry.hook('store', 'p', () => {})
    expect(generation({}, registry).made).to.include({ fastReads: true, writesAreHooked: true })
    expect(generation().made.writesAreHooked).to.equal(false)
  })

  it('set aside, serves nothing from the store', () => {
    const { made } = generation()
    made.setAside()
    expect(made).to.include({ fastReads: false, serves: false })
  })
})
