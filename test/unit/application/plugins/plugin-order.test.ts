import { expect } from 'chai'
import fc from 'fast-check'
import { inOrder, type Planned } from '../../../../src/application/index.ts'
import { thrown } from '../../../fixtures/cache-under-test.ts'

const planned = (name: string, ...after: string[]): Planned => ({
  plugin: { name, after, start() {} },
  options: undefined,
})
const names = (list: readonly Planned[]) => list.map(({ plugin }) => plugin.name)

describe('the order of plugins', () => {
  it('is that of the list where nothing else was said', () => {
    expect(names(inOrder([planned('c'), planned('a'), planned('b')]))).to.deep.equal(['c', 'a', 'b'])
    expect(inOrder([])).to.deep.equal([])
  })

  it('puts each after those it names, and nothing else out of place', () => {
    const list = [planned('a', 'c'), planned('b'), planned('c', 'd'), planned('d'), planned('e')]
    expect(names(inOrder(list))).to.deep.equal(['b', 'd', 'c', 'a', 'e'])
  })

  it('holds for any wishes that make no circle', () => {
    const wishes = fc.array(fc.array(fc.nat(20), { maxLength: 3 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(wishes, fc.func(fc.integer()), (each, shuffle) => {
        const list = each
          .map((after, i) => planned(`p${i}`, ...after.filter((j) => j < i).map((j) => `p${j}`)))
          .sort((a, b) => shuffle(a.plugin.name) - shuffle(b.plugin.name))
        const order = names(inOrder(list))
        expect([...order].sort()).to.deep.equal(names(list).sort())
        for (const { plugin } of list) {
          for (const before of plugin.after ?? []) {
            expect(order.indexOf(before)).to.be.lessThan(order.indexOf(plugin.name))
          }
        }
      }),
    )
  })

  it('names both ends of a wish for a plugin that is not there, and the nearest name', () => {
    const error = thrown(() => inOrder([planned('metrics', 'functoin'), planned('function')]))
    expect(error.code).to.equal('HITHERTO_PLUGIN_ORDER')
    expect(error.message).to.include('"metrics" must come after "functoin"').and.to.include('"function"?')
    const strange = thrown(() => inOrder([planned('metrics', 'xyzxyz')]))
    expect(strange.message).to.include('Add "xyzxyz" to plugins')
    const alone = thrown(() => inOrder([planned('x', 'y')]))
    expect(alone.message).to.include('Add "y" to plugins').and.not.include('Did you mean')
  })

  it('names all in a circle, and none outside of it', () => {
    const list = [
      planned('outside', 'a'),
      planned('a', 'b'),
      planned('b', 'c'),
      planned('c', 'a'),
      planned('free'),
    ]
    const error = thrown(() => inOrder(list))
    expect(error.code).to.equal('HITHERTO_PLUGIN_ORDER')
    expect(error.message).to.include('"a" after "b" after "c" after "a"')
    expect(error.message).to.not.include('outside')
    expect(thrown(() => inOrder([planned('self', 'self')])).message).to.include('"self" after "self"')
  })

  it('refuses two of one name', () => {
    expect(thrown(() => inOrder([planned('a'), planned('a')])).code).to.equal('HITHERTO_PLUGIN_DUPLICATE')
  })
})
