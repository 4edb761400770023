import { expect } from 'chai'
import fc from 'fast-check'
import { keyTarget } from '../../../../plugins/http-response/query.ts'

const rules = (more: Partial<Parameters<typeof keyTarget>[1]> = {}) => ({
  sortQuery: false,
  allowQuery: undefined,
  dropQuery: [],
  ...more,
})

describe('the target in the key', () => {
  it('is the raw target where the route says nothing of its query', () => {
    fc.assert(
      fc.property(fc.string(), (target) => {
        expect(keyTarget(target, rules())).to.equal(target)
      }),
    )
  })

  const cases: [string, Parameters<typeof keyTarget>[1], string][] = [
    ['/a?b=2&a=1', rules({ sortQuery: true }), '/a?a=1&b=2'],
    ['/a?a=2&b&a=1', rules({ sortQuery: true }), '/a?a=2&a=1&b'],
    ['/a?%61=1&a=2', rules({ sortQuery: true }), '/a?%61=1&a=2'],
    ['/a?x=1&utm=2', rules({ dropQuery: ['utm'] }), '/a?x=1'],
    ['/a?utm', rules({ dropQuery: ['utm'] }), '/a'],
    ['/a?UTM=1', rules({ dropQuery: ['utm'] }), '/a?UTM=1'],
    ['/a?x=1&y=2', rules({ allowQuery: ['y'] }), '/a?y=2'],
    ['/a?x=1', rules({ allowQuery: [] }), '/a'],
    ['/a?y=1&x=2', rules({ allowQuery: ['x', 'y'], dropQuery: ['y'], sortQuery: true }), '/a?x=2'],
    ['/a?b?a', rules({ sortQuery: true }), '/a?b?a'],
  ]
  for (const [target, options, key] of cases) {
    it(`of ${target} is ${key} under ${JSON.stringify(options)}`, () => {
      expect(keyTarget(target, options)).to.equal(key)
    })
  }

  it('is the same however parameters of different names are ordered, and for nothing else', () => {
    const parameters = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(3)), {
      selector: ([name]) => name,
    })
    const target = (list: readonly (readonly [string, number])[]) =>
      `/?${list.map(([name, value]) => `${name}=${value}`).join('&')}`
    const set = (list: readonly (readonly [string, number])[]) => JSON.stringify([...list].sort())
    const key = (list: readonly (readonly [string, number])[]) =>
      keyTarget(target(list), rules({ sortQuery: true }))
    fc.assert(
      fc.property(parameters, parameters, (a, b) => {
        fc.pre(a.length > 0 && b.length > 0)
        expect(key(a) === key(b)).to.equal(set(a) === set(b))
      }),
    )
  })
})
