import { expect } from 'chai'
import { Bulkhead } from '../../../../src/application/engine/bulkhead.ts'
import { rejection, settled, thrown } from '../../../fixtures/cache-under-test.ts'

const never = () => new AbortController().signal

/** The state of a promise now. */
async function state(promise: Promise<unknown>): Promise<'waiting' | 'come' | 'refused'> {
  let now: 'waiting' | 'come' | 'refused' = 'waiting'
  promise.then(
    () => {
      now = 'come'
    },
    () => {
      now = 'refused'
    },
  )
  await settled()
  return now
}

describe('Bulkhead', () => {
  it('gives places at once while there are any, then turns in order', async () => {
    const bulkhead = new Bulkhead({ concurrency: 2, queue: 10 })
    expect([bulkhead.enter(never()), bulkhead.enter(never())]).to.deep.equal([undefined, undefined])
    const first = bulkhead.enter(never())?.come as Promise<void>
    const second = bulkhead.enter(never())?.come as Promise<void>
    expect(bulkhead.running).to.equal(2)
    bulkhead.leave()
    expect([await state(first), await state(second)]).to.deep.equal(['come', 'waiting'])
    expect(bulkhead.running).to.equal(2)
  })

  it('forgets a waiting one whose signal is aborted, and rejects its turn with the reason', async () => {
    const bulkhead = new Bulkhead({ concurrency: 1, queue: 1 })
    bulkhead.enter(never())
    const controller = new AbortController()
    const turn = bulkhead.enter(controller.signal)
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await rejection(turn?.come as Promise<void>)).to.equal(reason)
    turn?.expedite()
    expect(bulkhead.running).to.equal(1)
    const next = bulkhead.enter(never())?.come as Promise<void>
    bulkhead.leave()
    expect(await state(next)).to.equal('come')
  })

  it('refuses beyond the queue', () => {
    const bulkhead = new Bulkhead({ concurrency: 1, queue: 1 })
    bulkhead.enter(never())
    bulkhead.enter(never())
    const error = thrown(() => bulkhead.enter(never()))
    expect(error.code).to.equal('HITHERTO_LOADS_QUEUE_FULL')
    expect(error.message).to.include('1 loads are running and 1 are waiting')
  })

  it('expedites past its bound, once', async () => {
    const bulkhead = new Bulkhead({ concurrency: 1, queue: 5 })
    bulkhead.enter(never())
    const turn = bulkhead.enter(never())
    turn?.expedite()
    turn?.expedite()
    expect(await state(turn?.come as Promise<void>)).to.equal('come')
    expect(bulkhead.running).to.equal(2)
    bulkhead.leave()
    const next = bulkhead.enter(never())?.come as Promise<void>
    expect(await state(next)).to.equal('waiting')
    bulkhead.leave()
    expect(await state(next)).to.equal('come')
  })

  it('a smaller bound holds for those who come, a larger one for those who wait', async () => {
    const bulkhead = new Bulkhead({ concurrency: 2, queue: 5 })
    bulkhead.enter(never())
    bulkhead.enter(never())
    bulkhead.resize({ concurrency: 1, queue: 5 })
    const turn = bulkhead.enter(never())?.come as Promise<void>
    bulkhead.leave()
    expect(await state(turn)).to.equal('waiting')
    bulkhead.resize({ concurrency: 2, queue: 5 })
    expect(await state(turn)).to.equal('come')
  })
})
