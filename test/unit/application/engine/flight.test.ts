import { expect } from 'chai'
import { Flight } from '../../../../src/application/engine/flight.ts'
import { keySpace } from '../../../../src/application/engine/key-space.ts'
import { change, order } from '../../../../src/application/engine/order.ts'
import { Scope } from '../../../../src/application/engine/scope.ts'
import type { LocalSpace, TagRecord } from '../../../../src/domain/index.ts'

const local: LocalSpace = { id: 0, name: '', index: new Map() }

function flying() {
  const space = keySpace('', local, undefined)
  const scope = new Scope({ owner: 'o', generation: 'g', parent: undefined, maxDeps: 10, load: true })
  const flight = new Flight(space, 'a', scope)
  space.flights.set('a', flight)
  return { space, scope, flight }
}

const record = (): TagRecord => ({ name: 'r', changed: 0, uses: 0, seenBy: 0 })

describe('a flight', () => {
  it('is good for all who joined as long as it has read nothing that had changed', () => {
    const { flight } = flying()
    expect(flight.isGoodFor(flight.lease + 5)).to.equal(true)
  })

  it('that has read something changed since its lease is good for those who came by then', () => {
    const { flight, scope } = flying()
    const changed = record()
    change([changed])
    scope.add(changed)
    expect(flight.isGoodFor(flight.lease)).to.equal(true)
    expect(flight.isGoodFor(flight.lease + 1)).to.equal(false)
  })

  it('can be joined until what it has read, or its namespace, changes', () => {
    const read = flying()
    const tag = record()
    read.scope.add(tag)
    change([])
    expect([read.flight.current, read.flight.joinable]).to.deep.equal([true, true])
    change([tag])
    expect([read.flight.current, read.flight.joinable]).to.deep.equal([false, false])
    const cleared = flying()
    change(cleared.space.lineage)
    expect([cleared.flight.current, cleared.flight.joinable]).to.deep.equal([false, false])
  })

  it('cannot be joined once it is fenced, aborted or has ended', () => {
    const [fenced, aborted, ended] = [flying().flight, flying().flight, flying().flight]
    fenced.fenced = true
    aborted.controller.abort()
    ended.land({ error: 'e' })
    expect([fenced.joinable, aborted.joinable, ended.joinable]).to.deep.equal([false, false, false])
    expect([fenced.current, aborted.current, ended.current]).to.deep.equal([true, true, true])
  })

  it('lands once, with the first outcome, and leaves its key', async () => {
    const { flight, space } = flying()
    const outcome = { kept: { value: 1, copy: 0 } } as const
    flight.land(outcome)
    flight.land({ error: 'later' })
    expect(await flight.landed).to.equal(outcome)
    expect(flight.ended).to.equal(true)
    expect(space.flights.size).to.equal(0)
  })

  it('leaves the place of its key to whoever took it meanwhile', () => {
    const { flight, space, scope } = flying()
    const newer = new Flight(space, 'a', scope)
    space.flights.set('a', newer)
    flight.land({ error: 'e' })
    expect(space.flights.get('a')).to.equal(newer)
  })

  it('that is released keeps nobody waiting, and has not ended', async () => {
    const { flight, space } = flying()
    flight.release()
    expect(await flight.landed).to.deep.equal({ error: undefined })
    expect([flight.ended, space.flights.size]).to.deep.equal([false, 0])
  })

  it('tells whoever waits what came first, however late he asks', async () => {
    const { flight } = flying()
    const waiting = flight.landed
    flight.release()
    flight.land({ error: 'later' })
    expect([await waiting, await flight.landed]).to.deep.equal([{ error: undefined }, { error: undefined }])
    expect(flight.landed).to.equal(waiting)
  })

  it('takes the order as it was when it began for its lease', () => {
    const before = order.epoch
    const { flight } = flying()
    change([])
    expect(flight.lease).to.equal(before)
  })
})
