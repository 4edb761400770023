import { expect } from 'chai'
import { WriteTurns } from '../../../../src/application/engine/write-turns.ts'
import { deferred } from '../../../fixtures/cache-under-test.ts'

describe('WriteTurns', () => {
  it('a write that waits is overtaken by a later one of its key, and by no other', async () => {
    const turns = new WriteTurns()
    const gate = deferred<void>()
    const [earlier, slow, later] = [turns.next(), turns.next(), turns.next()]
    const waiting = turns.wait(async () => {
      await gate.promise
      return turns.isOvertaken('a', slow)
    })
    turns.tookEffect('b', later)
    turns.tookEffect('a', earlier)
    expect(turns.isOvertaken('a', slow)).to.equal(false)
    turns.tookEffect('a', later)
    turns.tookEffect('a', earlier)
    gate.resolve()
    expect(await waiting).to.equal(true)
  })

  it('remembers nothing once nobody waits', async () => {
    const turns = new WriteTurns()
    const turn = turns.next()
    turns.tookEffect('a', turns.next())
    expect(turns.isOvertaken('a', turn)).to.equal(false)
    await turns.wait(async () => turns.tookEffect('a', turns.next()))
    expect(turns.isOvertaken('a', turn)).to.equal(false)
  })
})
