import { expect } from 'chai'
import fc from 'fast-check'
import { PurgedPaths } from '../../../../plugins/http-response/purged-paths.ts'

describe('PurgedPaths', () => {
  it('knows of each path whether it was purged since, however often', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { maxLength: 30 }), fc.nat(30), (purges, begun) => {
        const paths = new PurgedPaths()
        for (const [at, path] of purges.entries()) paths.note(`/${path}`, at + 1)
        for (let path = 0; path < 5; path++)
          expect(paths.since(`/${path}`, begun)).to.equal(purges.lastIndexOf(path) + 1 > begun)
      }),
    )
  })

  it('takes one that it has forgotten, and nothing begun after that, for purged', () => {
    const paths = new PurgedPaths()
    paths.note('/a', 1)
    for (let i = 2; i <= 1_001; i++) paths.note(`/${i}`, i)
    expect([0, 1].map((begun) => paths.since('/a', begun))).to.deep.equal([true, false])
    expect(paths.since('/never', 0)).to.equal(true)
    paths.note('/2', 1_002)
    paths.note('/b', 1_003)
    expect(paths.since('/2', 1_001)).to.equal(true)
    expect(paths.since('/3', 2)).to.equal(true)
    expect(paths.since('/3', 3)).to.equal(false)
  })
})
