import { expect } from 'chai'
import fc from 'fast-check'
import { tag, tagList } from '../../../src/domain/index.ts'

describe('tag', () => {
  it('lets any string but the empty one through unchanged', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (name) => {
        expect(tag(name)).to.equal(name)
      }),
    )
  })

  it('refuses everything else', () => {
    for (const value of ['', 5, null, undefined, {}, ['a'], Symbol('s')]) {
      expect(() => tag(value))
        .to.throw('A tag must be a non-empty string, got ')
        .with.property('code', 'HITHERTO_TAG_INVALID')
    }
  })
})

describe('tagList', () => {
  it('is the same tags in the same order', () => {
    expect(tagList([])).to.deep.equal([])
    expect(tagList(['b', 'a', 'b'])).to.deep.equal(['b', 'a', 'b'])
  })

  it('refuses a single string, whose characters would become tags', () => {
    expect(() => tagList('user:42')).to.throw('got the string "user:42"')
  })

  it('refuses a list with anything else in it, holes included', () => {
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
    for (const list of [['a', ''], ['a', 5], [undefined], ['a', , 'b'], [['a']]]) {
      expect(() => tagList(list))
        .to.throw()
        .with.property('code', 'HITHERTO_TAG_INVALID')
    }
  })

  it('refuses what only looks like a list', () => {
    for (const value of [new Set(['a']), { 0: 'a', length: 1 }, null, undefined]) {
      expect(() => tagList(value))
        .to.throw()
        .with.property('code', 'HITHERTO_TAG_INVALID')
    }
  })
})
