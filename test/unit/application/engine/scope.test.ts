import { expect } from 'chai'
import fc from 'fast-check'
import { openers } from '../../../../src/application/engine/openers.ts'
import { change, everything, order } from '../../../../src/application/engine/order.ts'
import { currentScope, inScope, openScopes, Scope } from '../../../../src/application/engine/scope.ts'
import type { TagRecord } from '../../../../src/domain/index.ts'
import { settled } from '../../../fixtures/cache-under-test.ts'

const record = (name = 'r'): TagRecord => ({ name, changed: 0, uses: 0, seenBy: 0 })
const scope = (options: { parent?: Scope; maxDeps?: number; owner?: unknown; load?: boolean } = {}) =>
  new Scope({ owner: 'o', generation: 'g', parent: undefined, maxDeps: 100, load: true, ...options })

describe('Scope', () => {
  it('is found in the asynchronous context of its task, until it is closed', async () => {
    const one = scope()
    await inScope(one, async () => {
      expect(currentScope()).to.equal(one)
      await settled()
      expect(currentScope()).to.equal(one)
      one.close()
      expect(currentScope()).to.equal(undefined)
    })
    expect(currentScope()).to.equal(undefined)
  })

  it('an inner one hides the outer one, and not longer than it is open', () => {
    const outer = scope()
    const inner = scope({ parent: outer })
    inScope(outer, () => {
      inScope(inner, () => expect(currentScope()).to.equal(inner))
      expect(currentScope()).to.equal(outer)
    })
    inner.close()
    outer.close()
  })

  it('counts the open ones, each once', () => {
    const before = openScopes.count
    const one = scope()
    expect(openScopes.count).to.equal(before + 1)
    one.close()
    one.close()
    expect(openScopes.count).to.equal(before)
  })

  it('notes every record, and no other, whatever other scopes note in between', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(5)), { maxLength: 200 }), (notes) => {
        const scopes = [scope(), scope(), scope()]
        const records = Array.from({ length: 6 }, (_, i) => record(`r${i}`))
        for (const [s, r] of notes) scopes[s]?.add(records[r] as TagRecord)
        scopes.forEach((each, s) => {
          const expected = new Set(notes.filter(([by]) => by === s).map(([, r]) => records[r]))
          const deps = each.close()
          expect(new Set(deps)).to.deep.equal(expected)
        })
      }),
    )
  })

  describe('that is told late of what it has read', () => {
    const late = record('late')
    let one: Scope
    let told: number
    const opener = {
      shut: () => expect.fail('shut'),
      settle: () => {
        openers.delete(opener)
        told += 1
        one.note(late, 'read late', 0)
        one.limit(70)
      },
    }
    beforeEach(() => {
      one = scope()
      told = 0
      late.changed = 0
      openers.add(opener)
      one.expectNotes()
    })
    afterEach(() => {
      openers.delete(opener)
      one.close()
    })

    const questions: { readonly [name: string]: () => void } = {
      'what it depends on': () => expect(one.deps).to.deep.equal([late]),
      'how long it is fresh': () => expect(one.freshUntil).to.equal(70),
      'whether it was too late': () => {
        order.epoch += 1
        late.changed = order.epoch
        expect(one.late).to.equal(true)
      },
      'what it has seen': () => expect(one.seen(late)?.value).to.equal('read late'),
      'all, at its end': () => expect(one.close()).to.deep.equal([late]),
    }
    for (const [name, ask] of Object.entries(questions)) {
      it(`hears of it before it says ${name}, once`, () => {
        ask()
        ask()
        expect(told).to.equal(1)
      })
    }

    it('forgets it, too, and takes a later answer for the last one', () => {
      one.forget(late)
      expect([told, one.seen(late)]).to.deep.equal([1, undefined])
      openers.add(opener)
      one.expectNotes()
      one.noteLoaded(late, 'loaded later', 0, one.writes)
      expect(one.seen(late)?.value).to.equal('loaded later')
    })

    it('is bound by it, whatever lifetime it gets before or after', () => {
      one.freshUntil = 100
      expect(one.freshUntil).to.equal(100)
    })
  })

  it('above maxDeps depends on everything, keeps what it knew, and stays bounded', () => {
    const one = scope({ maxDeps: 10 })
    const records = Array.from({ length: 1_000 }, (_, i) => record(`r${i}`))
    one.addAll(records)
    expect(one.deps).to.include(everything)
    expect(one.deps).to.include(records[0])
    expect(one.close()).to.have.lengthOf.at.most(22)
    const exact = scope({ maxDeps: 10 })
    exact.addAll(records.slice(0, 10))
    expect(exact.close()).to.not.include(everything)
  })

  it('interleaved scopes do not make each other grow', () => {
    const [a, b] = [scope({ maxDeps: 10 }), scope({ maxDeps: 10 })]
    const one = record()
    for (let i = 0; i < 1_000; i++) {
      a.add(one)
      b.add(one)
    }
    expect([a.deps.length, b.deps.length].every((length) => length <= 21)).to.equal(true)
    expect([a.close(), b.close()]).to.deep.equal([[one], [one]])
  })

  it('is late once it notes what changed after it was opened and before it was noted', () => {
    const [early, late] = [record('early'), record('late')]
    change([late])
    const one = scope()
    one.add(early)
    one.add(late)
    expect(one.late).to.equal(false)
    change([early])
    expect(one.late).to.equal(false)
    const changed = record('changed')
    change([changed])
    one.add(changed)
    expect(one.late).to.equal(true)
    one.close()
  })

  it('is late when it comes to depend on everything after anything changed', () => {
    for (const changes of [false, true]) {
      const one = scope({ maxDeps: 2 })
      if (changes) change([record()])
      one.addAll(Array.from({ length: 10 }, () => record()))
      expect(one.late).to.equal(changes)
      one.close()
    }
  })

  describe('that notes what was read', () => {
    it('depends on it, and remembers the answer', () => {
      const one = scope()
      const [a, b] = [record('a'), record('b')]
      one.note(a, 'answer', 0)
      one.note(b, 2, 0)
      expect(one.deps).to.deep.equal([a, b])
      expect(one.seen(a)?.value).to.equal('answer')
      expect(one.late).to.equal(false)
      one.close()
    })

    it('is late for what has changed since it was opened, and for nothing else', () => {
      const [old, other, changed] = [record('old'), record('other'), record('changed')]
      change([old])
      const one = scope()
      one.note(old, 1, 0)
      change([changed])
      one.note(other, 1, 0)
      one.note(old, 1, 0)
      expect(one.late).to.equal(false)
      one.note(changed, 1, 0)
      expect(one.late).to.equal(true)
      one.close()
    })

    it('stays bounded, whether it notes one record often or many', () => {
      const one = record('one')
      const often = scope({ maxDeps: 10 })
      for (let i = 0; i < 1_000; i++) {
        often.note(one, i, 0)
        expect(often.deps).to.have.lengthOf.at.most(20)
      }
      expect(often.close()).to.deep.equal([one])
      const many = scope({ maxDeps: 10 })
      for (let i = 0; i < 1_000; i++) many.note(record(`r${i}`), i, 0)
      expect(many.deps).to.include(everything).and.to.have.lengthOf.at.most(22)
      many.close()
    })

    it('does not lose what it has noted twenty times over', () => {
      const one = scope({ maxDeps: 10 })
      const records = Array.from({ length: 10 }, (_, i) => record(`r${i}`))
      for (let i = 0; i < 20; i++) one.note(records[i % 10] as TagRecord, i, 0)
      expect(one.deps).to.have.lengthOf(20)
      expect(one.close()).to.deep.equal(records)
    })

    it('takes nothing more once it is closed', () => {
      const one = scope()
      one.close()
      one.note(record(), 1, 0)
      expect(one.deps).to.deep.equal([])
    })
  })

  it('closed, takes nothing more', () => {
    const one = scope()
    one.close()
    one.add(record())
    one.limit(5)
    one.markStale()
    one.markOpaque()
    expect(one).to.include({ stale: false, opaque: false, freshUntil: Number.POSITIVE_INFINITY })
    expect(one.deps).to.deep.equal([])
  })

  it('absorbs what another was made from: deps, limit, staleness and what nobody could attribute', () => {
    const inner = scope()
    const dep = record()
    inner.add(dep)
    inner.limit(70)
    inner.markStale()
    inner.markOpaque()
    inner.close()
    const outer = scope()
    outer.limit(90)
    outer.absorb(inner)
    expect(outer).to.include({ freshUntil: 70, stale: true, opaque: true })
    expect(outer.deps).to.deep.equal([dep])
    outer.absorb(scope())
    expect(outer.freshUntil).to.equal(70)
    outer.close()
  })

  it('absorbs nothing that is not there', () => {
    const [inner, outer] = [scope(), scope()]
    outer.absorb(inner)
    expect(outer).to.include({ freshUntil: Number.POSITIVE_INFINITY, stale: false, opaque: false })
    inner.close()
    outer.close()
  })

  it('shares the correlation of the outermost one, and finds who owns what', () => {
    const outer = scope({ owner: 'A' })
    const middle = scope({ owner: 'B', parent: outer })
    const inner = scope({ owner: 'B', parent: middle })
    expect([middle.correlation, inner.correlation]).to.deep.equal([outer.correlation, outer.correlation])
    expect(inner.ownedBy('A')).to.equal(outer)
    expect(inner.ownedBy('B')).to.equal(inner)
    expect(inner.ownedBy('C')).to.equal(undefined)
    for (const each of [outer, middle, inner]) each.close()
  })

  it('knows who waits for it, directly or through others', () => {
    const [a, b, c] = [scope(), scope(), scope()]
    a.waits.add(b)
    b.waits.add(c)
    expect(c.isAwaitedBy(a)).to.equal(true)
    expect(a.isAwaitedBy(c)).to.equal(false)
    expect(a.isAwaitedBy(a)).to.equal(true)
    c.waits.add(a)
    expect(scope().isAwaitedBy(a)).to.equal(false)
  })
})

describe('the order of invalidations', () => {
  it('moves by one with each change, which everything notices', () => {
    const [a, b] = [record('a'), record('b')]
    const before = order.epoch
    expect(change([a, b])).to.equal(before + 1)
    expect([a.changed, b.changed, everything.changed]).to.deep.equal(Array(3).fill(before + 1))
    expect(change([])).to.equal(before + 2)
    expect([a.changed, everything.changed]).to.deep.equal([before + 1, before + 2])
  })

  it('never brings a dropped record back', () => {
    const dropped = { ...record(), changed: Number.POSITIVE_INFINITY }
    change([dropped])
    expect(dropped.changed).to.equal(Number.POSITIVE_INFINITY)
  })
})
