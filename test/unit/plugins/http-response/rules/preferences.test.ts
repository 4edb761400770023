import { expect } from 'chai'
import fc from 'fast-check'
import { languageKey, selectingKey } from '../../../../../plugins/http-response/rules/index.ts'
import {
  mostWanted,
  normalisedPreferences,
  preferences,
} from '../../../../../plugins/http-response/rules/preferences.ts'

describe('preferences (RFC 9110, 12.4.2)', () => {
  it('are names and weights, and nothing where one does not parse', () => {
    expect(preferences('DE, en;q=0.5 , *;q=0')).to.deep.equal([
      { name: 'de', weight: 1 },
      { name: 'en', weight: 0.5 },
      { name: '*', weight: 0 },
    ])
    for (const bad of ['a;q=2', 'a;q=0.1234', 'a;q=x', 'a b', 'a;b=c', ';q=1', 'a;q=-1'])
      expect(preferences(bad), bad).to.equal(undefined)
  })

  it('are in one spelling: weights decide before the order, and codings have none', () => {
    expect(normalisedPreferences('fr;q=0.5, de;q=1.0', true)).to.equal('de,fr;q=0.5')
    expect(normalisedPreferences('de, en', true)).to.equal('de,en')
    expect(normalisedPreferences('en, de', true)).to.equal('en,de')
    expect(normalisedPreferences('gzip, br', false)).to.equal('br,gzip')
    expect(normalisedPreferences('A;b', true)).to.equal('a;b')
  })

  it('keep apart what is wanted differently', () => {
    const list = fc.uniqueArray(
      fc.record({ name: fc.constantFrom('a', 'b', 'c', '*'), weight: fc.integer({ min: 0, max: 10 }) }),
      { selector: ({ name }) => name, minLength: 1 },
    )
    type List = readonly { name: string; weight: number }[]
    const text = (all: List) => all.map(({ name, weight }) => `${name};q=${weight / 10}`).join(', ')
    const wants = (all: List) => JSON.stringify([...all].sort((x, y) => (x.name < y.name ? -1 : 1)))
    fc.assert(
      fc.property(list, list, (one, other) => {
        const same = normalisedPreferences(text(one), false) === normalisedPreferences(text(other), false)
        expect(same).to.equal(wants(one) === wants(other))
      }),
    )
  })

  it('are read in linear time', () => {
    for (const piece of [',', ';', ' ', 'a;q=', 'a, ']) preferences(piece.repeat(200_000))
  })

  it('name the one that is wanted most, if there is one', () => {
    expect(mostWanted('fr;q=0.5, de')).to.equal('de')
    for (const none of ['', 'en, de', '*', 'en;q=0', 'a b', '*, en;q=0.5'])
      expect(mostWanted(none)).to.equal(undefined)
  })
})

describe('the key of a language', () => {
  const names = ['accept-language', 'x-a']
  const stored = (language: string, more = {}) =>
    languageKey(names, { 'accept-language': 'en, de', ...more }, { 'content-language': language })
  const wanted = (accept: string, more = {}) => languageKey(names, { 'accept-language': accept, ...more })

  it('finds what is in the language that is wanted most', () => {
    expect(wanted('fr;q=0.5, de;q=1.0')).to.equal(stored('DE'))
    expect(wanted('de')).to.equal(stored('de'))
    expect(wanted('de-AT, de;q=0.9')).to.not.equal(stored('de'))
    expect(wanted('en, de')).to.equal(undefined)
  })

  it('is another one where another selecting field differs', () => {
    expect(wanted('de', { 'x-a': '1' })).to.not.equal(stored('de'))
    expect(wanted('de', { 'x-a': '1' })).to.equal(stored('de', { 'x-a': '1' }))
  })

  it('is none for several languages, or where nothing varies by language', () => {
    for (const language of ['', 'de, en', 'de;x']) expect(stored(language), language).to.equal(undefined)
    expect(languageKey(['x-a'], { 'accept-language': 'de' })).to.equal(undefined)
  })

  it('leaves the selecting key to tell orders apart', () => {
    const key = (value: string) => selectingKey(['accept-language'], { 'accept-language': value })
    expect(key('en;q=0.9, de')).to.equal(key('de,en;q=0.90'))
    expect(key('en, de')).to.not.equal(key('de, en'))
  })
})
