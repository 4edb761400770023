import { expect } from 'chai'
import { HeadBefore, headerFields, overLive } from '../../../../plugins/http-response/live-headers.ts'

const made = (before: Record<string, unknown>, now: Record<string, unknown>) =>
  new HeadBefore(headerFields(before)).madeBehind(headerFields(now))

describe('headers of the layers before the cache', () => {
  it('are left out where they are the same, and where they differ the new value stays', () => {
    expect(made({ 'x-a': '1', 'x-b': '1' }, { 'x-a': '1', 'x-b': '2', 'x-c': '3' })).to.deep.equal({
      'x-b': '2',
      'x-c': '3',
    })
    expect(made({ 'content-length': 5 }, { 'content-length': '5' })).to.deep.equal({})
  })

  it('are compared member by member in lists', () => {
    expect(made({ vary: 'origin' }, { vary: 'origin, accept' })).to.deep.equal({ vary: 'accept' })
    expect(made({ vary: ['origin', 'a'] }, { vary: 'a, b, origin' })).to.deep.equal({ vary: 'b' })
    expect(
      made({ 'set-cookie': 'a=1' }, { 'set-cookie': ['a=1', 'b=2; expires=Thu, 01 Jan 1970'] }),
    ).to.deep.equal({
      'set-cookie': ['b=2; expires=Thu, 01 Jan 1970'],
    })
    expect(made({ 'set-cookie': ['a=1'] }, { 'set-cookie': ['a=1', 'a=1'] })).to.deep.equal({
      'set-cookie': ['a=1'],
    })
  })

  it('take members with quotes as one', () => {
    const live = '</a>; title="x, y"'
    expect(made({ link: live }, { link: [live, '</b>; title="z"'] })).to.deep.equal({
      link: '</b>; title="z"',
    })
  })

  it('read Cache-Control as one', () => {
    expect(made({ 'cache-control': 'private' }, { 'cache-control': 'private, max-age=60' })).to.deep.equal({
      'cache-control': 'private, max-age=60',
    })
  })

  it('do not change when the framework appends to the list that it handed out', () => {
    const list = ['a=1']
    const before = new HeadBefore(headerFields({ 'set-cookie': list }))
    list.push('b=2')
    expect(before.madeBehind(headerFields({ 'set-cookie': list }))).to.deep.equal({ 'set-cookie': ['b=2'] })
  })

  it('are the word of the handler once it has set them again', () => {
    const before = new HeadBefore({ vary: 'origin', 'cache-control': 'private', 'x-a': '1' })
    expect(before.watched).to.equal(true)
    for (const name of ['Vary', 'CACHE-CONTROL', 'x-a']) before.setBehind(name)
    const now = { vary: 'origin', 'cache-control': 'private', 'x-a': '1' }
    expect(before.madeBehind(now)).to.deep.equal({ vary: 'origin', 'cache-control': 'private' })
    expect([before.at('vary'), before.at('x-b')]).to.deep.equal(['origin', undefined])
  })

  it('need not be watched where nothing could be said again', () => {
    expect(new HeadBefore({ 'x-a': '1' }).watched).to.equal(false)
    expect(new HeadBefore({ vary: 'origin' }).watched).to.equal(true)
  })

  it('that were taken away are there without a value', () => {
    expect(made({ 'x-a': '1' }, {})).to.deep.equal({ 'x-a': undefined })
  })

  it('do not inherit', () => {
    expect(made({}, { constructor: '1' })).to.deep.equal({ constructor: '1' })
    expect(made({ constructor: '1' }, { constructor: '1' })).to.deep.equal({})
  })

  it('of any type become text', () => {
    const fields = headerFields({ a: new Date(0), b: true, c: 5, d: [1, 'x'], e: undefined, f: null })
    expect(fields).to.deep.equal({ a: String(new Date(0)), b: 'true', c: 5, d: ['1', 'x'], f: 'null' })
  })
})

describe('stored fields over live ones', () => {
  it('take their place, but come after them in lists', () => {
    expect(overLive('x-a', 'live', 'stored')).to.equal('stored')
    expect(overLive('cache-control', 'no-store', 'max-age=60')).to.equal('max-age=60')
    expect(overLive('vary', 'origin', 'accept')).to.equal('origin, accept')
    expect(overLive('vary', 'origin', 'origin, accept')).to.equal('origin, accept')
    expect(overLive('link', ['</a>'], ['</b>', '</c>'])).to.equal('</a>, </b>, </c>')
    expect(overLive('vary', undefined, 'accept')).to.equal('accept')
  })

  it('are copies, so that a framework which appends to them changes nothing', () => {
    const stored = ['1', '2']
    const sent = overLive('x-a', undefined, stored)
    expect(sent).to.deep.equal(stored)
    expect(sent === stored).to.equal(false)
  })
})
