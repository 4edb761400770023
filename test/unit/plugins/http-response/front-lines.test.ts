import { expect } from 'chai'
import { FrontLines, headLines } from '../../../../plugins/http-response/front-lines.ts'

describe('the head of an answer in front', () => {
  it('has what came around it before and behind, one name for each line', () => {
    const around = [
      { name: 'X-Behind', value: 'd', behind: true },
      { name: 'X-Before', value: ['a', 'b'], behind: false },
    ]
    expect(headLines({ link: ['1', '2'], gone: undefined, etag: '"1"' }, around)).to.deep.equal([
      ...['X-Before', 'a', 'X-Before', 'b', 'link', '1', 'link', '2', 'etag', '"1"', 'X-Behind', 'd'],
    ])
  })

  it('gets its age and its Cache-Status, and not what only looks like their names', () => {
    const lines = new FrontLines(['vary', 'age', 'x', 'cache-status', 'age', '0', 'cache-status', 'a'], [])
    lines.put(1_000, '7', 'b; hit')
    expect(lines.lines).to.deep.equal([
      'vary',
      'age',
      'x',
      'cache-status',
      'age',
      '7',
      'cache-status',
      'b; hit',
    ])
  })

  it('keeps what caches before this one have said in Cache-Status', () => {
    const lines = new FrontLines(['age', '0', 'cache-status', 'far; hit'], ['far; hit'])
    lines.put(1_000, '1', 'near; hit')
    expect(lines.lines[3]).to.equal('far; hit, near; hit')
    lines.put(2_000, '2', 'near; hit; ttl=1')
    expect(lines.lines[3]).to.equal('far; hit, near; hit; ttl=1')
  })

  it('leaves Cache-Status alone where this cache says nothing', () => {
    const own = new FrontLines(['age', '0', 'cache-status', 'far; hit'], ['far; hit'])
    own.put(1_000, '1', undefined)
    expect(own.lines).to.deep.equal(['age', '1', 'cache-status', 'far; hit'])
    const none = new FrontLines(['age', '0'], [])
    none.put(1_000, '1', undefined)
    expect(none.lines).to.deep.equal(['age', '1'])
  })

  it('is right for one moment', () => {
    const lines = new FrontLines(['age', '0'], [])
    expect(lines.isOf(1_000)).to.equal(false)
    lines.put(1_000, '1', undefined)
    expect([lines.isOf(1_000), lines.isOf(1_001)]).to.deep.equal([true, false])
  })
})
