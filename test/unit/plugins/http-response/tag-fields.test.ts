import { expect } from 'chai'
import { fieldsForTheCache, namedTags, withoutTags } from '../../../../plugins/http-response/tag-fields.ts'

describe('fields for the cache', () => {
  it('name tags apart by spaces, or by commas', () => {
    expect(namedTags({ 'surrogate-key': ' a  b\tc ', 'cache-tag': ['d e , f', ',g'] })).to.deep.equal([
      'a',
      'b',
      'c',
      'd e',
      'f',
      'g',
    ])
    expect(namedTags({})).to.deep.equal([])
  })

  const headers = {
    'surrogate-key': 'a',
    'cache-tag': 'b',
    'hitherto-cache-control': 'max-age=1',
    'x-a': '1',
  }
  it('are not sent on, unless tags are to be', () => {
    expect(fieldsForTheCache(headers, false)).to.have.members([
      'surrogate-key',
      'cache-tag',
      'hitherto-cache-control',
    ])
    expect(fieldsForTheCache(headers, true)).to.deep.equal(['hitherto-cache-control'])
    expect(fieldsForTheCache({ 'x-a': '1' }, false)).to.deep.equal([])
  })

  it('are not kept either, but for the own target', () => {
    expect(withoutTags(headers, false)).to.deep.equal({ 'hitherto-cache-control': 'max-age=1', 'x-a': '1' })
    expect(withoutTags(headers, true)).to.equal(headers)
  })
})
