import { expect } from 'chai'
import fc from 'fast-check'
import { nearestNames } from '../../../src/domain/index.ts'

const OPTIONS = [
  'ttl',
  'staleWhileRevalidate',
  'staleIfError',
  'jitter',
  'maxEntries',
  'maxBytes',
  'maxEntrySize',
  'clone',
]

/** The recurrence as in the books (optimal string alignment), for small words. */
function distance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length
  const cost = a.at(-1) === b.at(-1) ? 0 : 1
  const [shortA, shortB] = [a.slice(0, -1), b.slice(0, -1)]
  const best = Math.min(distance(shortA, b) + 1, distance(a, shortB) + 1, distance(shortA, shortB) + cost)
  const swapped = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)
  return swapped ? Math.min(best, distance(a.slice(0, -2), b.slice(0, -2)) + 1) : best
}

describe('nearestNames', () => {
  it('finds the name behind a slip of the finger', () => {
    const slips = {
      tll: 'ttl',
      jiter: 'jitter',
      maxEntires: 'maxEntries',
      MAXBYTES: 'maxBytes',
      stale_if_error: 'staleIfError',
    }
    for (const [slip, meant] of Object.entries(slips))
      expect(nearestNames(slip, OPTIONS)[0], slip).to.equal(meant)
  })

  it('finds the name whose beginning was typed', () => {
    expect(nearestNames('staleWhile', OPTIONS)).to.deep.equal(['staleWhileRevalidate'])
    expect(nearestNames('max', OPTIONS)).to.include.members(['maxEntries', 'maxBytes', 'maxEntrySize'])
  })

  it('does not take two letters for a beginning', () => {
    expect(nearestNames('st', OPTIONS)).to.not.include('staleIfError')
    expect(nearestNames('sta', OPTIONS)).to.include('staleIfError')
  })

  it('counts two letters as swapped only if both are there', () => {
    expect(nearestNames('ab', ['ca', 'ax'])).to.deep.equal(['ax', 'ca'])
    expect(nearestNames('ab', ['ax', 'ba'])).to.deep.equal(['ax', 'ba'])
    expect(nearestNames('abcd', ['badc', 'abxd'])).to.deep.equal(['abxd', 'badc'])
  })

  it('finds nothing for what is like nothing', () => {
    expect(nearestNames('xyzzyplugh', OPTIONS)).to.deep.equal([])
    expect(nearestNames('ttl', [])).to.deep.equal([])
  })

  it('gives at most three, the best first', () => {
    const names = ['aaaa', 'aaab', 'aabb', 'abbb', 'aaa']
    const found = nearestNames('aaaa', names)
    expect(found).to.have.length(3)
    expect(found[0]).to.equal('aaaa')
  })

  it('measures as the books do', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 })
    const property = fc.property(word, fc.uniqueArray(word, { maxLength: 3 }), (unknown, names) => {
      const near = names.filter(
        (name) => distance(unknown, name) <= 2 || (unknown.length > 2 && name.startsWith(unknown)),
      )
      const found = nearestNames(unknown, names)
      expect([...found].sort()).to.deep.equal(near.sort())
      for (let i = 1; i < found.length; i++) {
        expect(distance(unknown, found[i] as string)).to.be.at.least(
          distance(unknown, found[i - 1] as string),
        )
      }
    })
    fc.assert(property)
  })

  it('looks at no more than the first 64 characters of an endless word', () => {
    expect(nearestNames('t'.repeat(1e6), ['t'.repeat(64)])).to.deep.equal(['t'.repeat(64)])
  })
})
