import { expect } from 'chai'
import fc from 'fast-check'
import {
  type GroupScope,
  groupsOf,
  groupTag,
  invalidatedGroups,
} from '../../../../../plugins/http-response/rules/index.ts'

const scope: GroupScope = { host: 'a.example' }
const tags = (...names: string[]): string[] => names.map((name) => groupTag(name, scope))
const groups = (field: string | string[]) => groupsOf({ 'cache-groups': field }, scope)
const invalidated = (field: string | string[], method = 'POST') =>
  invalidatedGroups(method, { 'cache-group-invalidation': field }, scope)

describe('Cache-Groups (RFC 9875, 2)', () => {
  it('are strings in any order, over several lines, each once; parameters say nothing', () => {
    expect(groupsOf({}, scope)).to.deep.equal([])
    expect(groups('"a", "b";x=1')).to.deep.equal(tags('a', 'b'))
    expect(groups(['"a"', '"b", "a"'])).to.deep.equal(tags('a', 'b'))
    expect(groups('"A", "a"')).to.deep.equal(tags('A', 'a'))
  })

  it('are ignored whole where one is no string', () => {
    for (const field of ['a', '"a", b', '"a",', '("a")']) expect(groups(field), field).to.deep.equal([])
  })

  it('are 128 of 256 characters at most; with more, a response cannot be kept', () => {
    const named = (count: number) => Array.from({ length: count }, (_, index) => `"${index}"`).join(', ')
    expect(groups(named(128))).to.have.length(128)
    expect(groups(named(129))).to.equal(undefined)
    expect(groups(`"${'a'.repeat(256)}"`)).to.have.length(1)
    expect(groups(`"${'a'.repeat(257)}"`)).to.equal(undefined)
  })

  it('of different origins, tenants or names never have one tag', () => {
    const part = fc.string({ unit: fc.constantFrom(...'ab",[]\\'), maxLength: 6 })
    const given = fc.record({ name: part, host: part, scheme: fc.option(part), tenant: fc.option(part) })
    const tagOf = ({
      name,
      host,
      scheme,
      tenant,
    }: {
      name: string
      host: string
      scheme: string | null
      tenant: string | null
    }) => groupTag(name, { host, scheme: scheme ?? undefined, tenant: tenant ?? undefined })
    fc.assert(
      fc.property(given, given, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other)
        expect(tagOf(one) === tagOf(other)).to.equal(same)
      }),
    )
    const others = [
      { tenant: 'x' },
      { tenant: 'y' },
      { scheme: 'https' },
      { scheme: 'http' },
      { host: 'b.example' },
      {},
    ]
    expect(new Set(others.map((other) => groupTag('a', { ...scope, ...other }))).size).to.equal(others.length)
    expect(groupTag('a', { host: 'A.Example' })).to.equal(groupTag('a', scope))
  })
})

describe('Cache-Group-Invalidation (RFC 9875, 3)', () => {
  it('names the groups that an unsafe request has changed', () => {
    expect(invalidated('"a", "b"')).to.deep.equal(groups('"b", "a"')?.toReversed())
    expect(invalidated(['"a"', '"a"'], 'DELETE')).to.deep.equal(tags('a'))
    expect(invalidated('"a"', 'get')).to.deep.equal(tags('a'))
  })

  it('is ignored for safe methods', () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY', 'PROPFIND', 'REPORT', 'SEARCH'])
      expect(invalidated('"a"', method), method).to.deep.equal([])
  })

  it('is ignored where it does not parse, and is not bounded', () => {
    expect(invalidated('"a", b')).to.deep.equal([])
    expect(invalidated(Array.from({ length: 500 }, (_, index) => `"${index}"`).join())).to.have.length(500)
  })
})
