import { expect } from 'chai'
import fc from 'fast-check'
import { SharedDeps } from '../../../../src/application/engine/shared-deps.ts'
import type { TagRecord } from '../../../../src/domain/index.ts'

const records = Array.from(
  { length: 200 },
  (_, i): TagRecord => ({ name: `tag:${i}`, changed: 0, uses: 0, seenBy: 0 }),
)

describe('shared lists of dependencies', () => {
  it('say what the list that was given says, whatever was given before', () => {
    const shared = new SharedDeps()
    const list = fc.array(fc.constantFrom(...records), { maxLength: 40 })
    fc.assert(fc.property(list, (deps) => void expect(shared.of([...deps])).to.deep.equal(deps)))
  })

  it('are one for the same records in the same order, and another for any other', () => {
    const shared = new SharedDeps()
    const [a, b, c] = records as [TagRecord, TagRecord, TagRecord]
    const first = shared.of([a, b])
    expect(shared.of([a, b])).to.equal(first)
    expect(shared.of([a, c])).to.not.equal(first)
    expect(shared.of([b, a])).to.not.equal(first)
    expect(shared.of([a])).to.not.equal(first)
  })

  it('are shared by nearly all entries with one of a hundred tags that differ in their ends', () => {
    const shared = new SharedDeps()
    const first = records.slice(0, 100).map((record) => shared.of([record]))
    const again = records.slice(0, 100).map((record) => shared.of([record]))
    expect(again.filter((deps, i) => deps === first[i])).to.have.lengthOf.above(85)
  })

  it('are shared up to 32 records', () => {
    const shared = new SharedDeps()
    const isShared = (count: number) => {
      const first = shared.of(records.slice(0, count))
      return shared.of(records.slice(0, count)) === first
    }
    expect([isShared(32), isShared(33)]).to.deep.equal([true, false])
  })

  it('tell records of one name apart: a tag that was forgotten comes back as another record', () => {
    const shared = new SharedDeps()
    const before: TagRecord = { name: 't', changed: 0, uses: 0, seenBy: 0 }
    const after: TagRecord = { name: 't', changed: 0, uses: 0, seenBy: 0 }
    shared.of([before])
    expect(shared.of([after])[0]).to.equal(after)
  })
})
