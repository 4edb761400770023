import { expect } from 'chai'
import fc from 'fast-check'
import { ReadLog } from '../../../../src/application/engine/read-log.ts'
import { Waits } from '../../../../src/application/engine/waits.ts'
import type { TagRecord } from '../../../../src/domain/index.ts'

const records: readonly TagRecord[] = Array.from({ length: 3_000 }, (_, i) => ({
  name: `r${i}`,
  changed: 0,
  uses: 0,
  seenBy: 0,
}))
const at = (i: number) => records[i] as TagRecord

const KEYS = 7

interface Step {
  readonly does: 'add' | 'plain' | 'forget' | 'forgetAll' | 'find'
  readonly which: number
  readonly times: number
}

function take({ does, which, times }: Step, value: number, log: ReadLog, model: Map<number, object>): void {
  if (does === 'find') return expectSame(log, model)
  if (does === 'forgetAll') {
    log.forget(undefined)
    return model.clear()
  }
  if (does === 'forget') {
    log.forget(at(which))
    return void model.delete(which)
  }
  const plain = does === 'plain'
  for (let time = 0; time < times; time++) log.add(at(which), value, which, plain)
  model.set(which, { value, copy: which, plain })
}

function expectSame(log: ReadLog, model: Map<number, object>): void {
  for (let i = 0; i < KEYS; i++) expect(log.find(at(i)), `r${i}`).to.deep.equal(model.get(i))
}

describe('ReadLog', () => {
  it('finds the last answer to each read since the key, or anything, was written', () => {
    const step: fc.Arbitrary<Step> = fc.record({
      does: fc.constantFrom<Step['does'][]>('add', 'add', 'add', 'plain', 'forget', 'forgetAll', 'find'),
      which: fc.nat(KEYS - 1),
      times: fc.constantFrom(1, 1, 1, 400),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const log = new ReadLog()
        const model = new Map<number, object>()
        for (const [value, each] of steps.entries()) take(each, value, log, model)
        expectSame(log, model)
      }),
    )
  })

  it('is bounded, and of more keys than it can hold keeps the later ones', () => {
    const log = new ReadLog()
    for (let i = 0; i < 3_000; i++) log.add(at(i), i, 0)
    expect(log.find(at(2_999))?.value).to.equal(2_999)
    expect(log.find(at(2_500))?.value).to.equal(2_500)
    expect(log.find(at(0))).to.equal(undefined)
  })

  it('forgets what was read long ago, too, when it is written', () => {
    for (const forgotten of [at(0), undefined]) {
      const log = new ReadLog()
      for (let i = 0; i < 1_200; i++) log.add(at(i), i, 0)
      expect(log.find(at(0))?.value).to.equal(0)
      log.forget(forgotten)
      expect(log.find(at(0))).to.equal(undefined)
    }
  })

  it('finds the later of two answers, however long ago the earlier one was', () => {
    const log = new ReadLog()
    for (let i = 0; i < 1_200; i++) log.add(at(i), i, 0)
    log.add(at(0), 'later', 0)
    expect(log.find(at(0))?.value).to.equal('later')
  })

  it('keeps forgotten what was forgotten, however much is read after it', () => {
    const log = new ReadLog()
    log.add(at(0), 'before', 0)
    log.forget(at(0))
    for (let i = 0; i < 5_000; i++) log.add(at(1 + (i % 400)), i, 0)
    expect(log.find(at(0))).to.equal(undefined)
    expect(log.find(at(1))?.value).to.equal(4_800)
  })

  it('knows what was written since a point, however much was', () => {
    const log = new ReadLog()
    log.forget(at(0))
    const since = log.writes
    expect(log.isWritten(at(0), since)).to.equal(false)
    log.forget(at(1))
    expect([0, 1].map((i) => log.isWritten(at(i), since))).to.deep.equal([false, true])
    for (let i = 2; i < 1_500; i++) log.forget(at(i))
    expect([1, 2, 1_499].map((i) => log.isWritten(at(i), since))).to.deep.equal([true, true, true])
    expect(log.isWritten(at(1), log.writes)).to.equal(false)
  })
})

describe('Waits', () => {
  it('holds what is waited for until the last wait for it has ended', () => {
    const waits = new Waits<string>()
    for (const each of ['a', 'b', 'a']) waits.add(each)
    waits.delete('a')
    waits.delete('b')
    expect([...waits]).to.deep.equal(['a'])
    waits.delete('a')
    waits.delete('a')
    expect([...waits]).to.deep.equal([])
  })
})
