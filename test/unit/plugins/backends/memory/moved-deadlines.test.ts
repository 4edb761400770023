import { expect } from 'chai'
import { MemoryBackend } from '../../../../../plugins/backends/memory/index.ts'
import { lru } from '../../../../../plugins/strategies/lru/index.ts'
import type { Slot } from '../../../../../src/domain/index.ts'
import { LocalBackendRig } from '../../../../contracts/local-backend-rig.ts'
import { referenceFifo } from '../../../../contracts/reference-strategies.ts'

const EXTRAS = { closerFrom: 0, loadTime: 0, sliding: 50, freshAtMost: 1e9, validators: undefined }

/** A store whose strategy notes what it is told of deadlines and accesses, and then may fail. */
function rigWith(retimed: () => void = () => {}) {
  const told: unknown[] = []
  const rig = new LocalBackendRig(
    ({ clock, ...setup }) => new MemoryBackend({ ...setup, fallback: lru, now: () => clock.now() }),
    {
      strategy: {
        name: 'told',
        create: (context) => ({
          ...referenceFifo.create(context),
          touch: () => told.push('touch'),
          renew: () => told.push('renew'),
          retime(slot: Slot) {
            told.push({ slot, deadline: context.deadline(slot) })
            retimed()
          },
        }),
      },
    },
  )
  return { rig, told }
}

describe('a deadline that moves', () => {
  it('is told to the strategy, as no access', () => {
    const { rig, told } = rigWith()
    const now = rig.clock.now()
    const slot = rig.put('a', { ttl: 100, stale: 10, extras: EXTRAS })
    rig.store.prolong(slot, now + 120)
    rig.clock.advance(7)
    rig.store.expire(slot, now + 7)
    expect(told).to.deep.equal([
      { slot, deadline: now + 120 },
      { slot, deadline: now + 7 },
    ])
  })

  it('does not matter to a strategy that has no ear for it', () => {
    const rig = new LocalBackendRig(
      ({ clock, ...setup }) => new MemoryBackend({ ...setup, fallback: lru, now: () => clock.now() }),
      { strategy: referenceFifo },
    )
    rig.put('a', { ttl: 100 })
    rig.expire('a')
    rig.check()
    expect(rig.reported).to.deep.equal([])
  })

  it('replaces a strategy that throws when it hears of it, and nothing is lost', () => {
    const { rig } = rigWith(() => {
      throw new Error('strategy')
    })
    rig.put('a', { ttl: 100 })
    rig.expire('a')
    rig.check()
    expect(rig.store.strategy().name).to.equal('lru')
    expect(rig.reported).to.have.length(1)
  })
})
