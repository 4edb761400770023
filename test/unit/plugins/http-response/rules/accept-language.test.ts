import { expect } from 'chai'
import fc from 'fast-check'
import { isLanguageTag, lookedUpLanguage } from '../../../../../plugins/http-response/rules/index.ts'

describe('the language that Accept-Language asks for (RFC 4647, 3.4)', () => {
  const cases: [field: string | undefined, languages: string[], language: string | undefined][] = [
    [undefined, ['en', 'de'], 'en'],
    ['', ['en', 'de'], 'en'],
    ['de', ['en', 'de'], 'de'],
    ['DE', ['en', 'de'], 'de'],
    ['de', ['en', 'DE'], 'DE'],
    ['de-AT', ['en', 'de'], 'de'],
    ['de-AT, en;q=0.5', ['en', 'de'], 'de'],
    ['en;q=0.5, de-AT', ['en', 'de'], 'de'],
    ['fr, de;q=0.5', ['en', 'de'], 'de'],
    ['de, en', ['en', 'de'], 'de'],
    ['en, de', ['en', 'de'], 'en'],
    ['fr', ['en', 'de'], 'en'],
    ['*', ['en', 'de'], 'en'],
    ['*, de;q=0.5', ['en', 'de'], 'de'],
    ['de', ['en', 'de-AT'], 'en'],
    ['zh-Hant-CN-x-private1-private2', ['en', 'zh-Hant'], 'zh-Hant'],
    ['zh-Hant-x', ['en', 'zh-Hant'], 'zh-Hant'],
    ['en-a-bbb', ['fr', 'en-a'], 'fr'],
    ['en-a-bbb', ['fr', 'en-a-bbb'], 'en-a-bbb'],
    ['de', [], undefined],
    // What handlers make of these is their own affair.
    ['en;q=0', ['en', 'de'], undefined],
    ['de, *;q=0', ['en', 'de'], undefined],
    ['de;q=x', ['en', 'de'], undefined],
    ['de_AT', ['en', 'de'], undefined],
    ['de-*', ['en', 'de'], undefined],
    ['123', ['en', 'de'], undefined],
  ]
  for (const [field, languages, language] of cases) {
    it(`is ${language} for ${JSON.stringify(field)} of ${languages}`, () => {
      expect(lookedUpLanguage(field, languages)).to.equal(language)
    })
  }

  it('is the first, by weight and then by place, of all beginnings of all ranges that there are', () => {
    const tag = fc.constantFrom('de', 'de-at', 'de-at-1996', 'en', 'en-gb', 'fr')
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(tag, fc.integer({ min: 1, max: 10 })), { selector: ([name]) => name }),
        fc.uniqueArray(tag, { minLength: 1 }),
        (ranges, languages) => {
          const field = ranges.map(([name, tenths]) => `${name};q=${tenths / 10}`).join(', ')
          const ordered = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1].flatMap((tenths) =>
            ranges.filter(([, weight]) => weight === tenths).map(([name]) => name),
          )
          const beginnings = ordered.flatMap((name) => {
            const parts = name.split('-')
            return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'))
          })
          const expected = beginnings.find((name) => languages.some((one) => one === name)) ?? languages[0]
          expect(lookedUpLanguage(field, languages)).to.equal(expected)
        },
      ),
    )
  })
})

describe('the tag of a language', () => {
  it('is known by its form (RFC 4647, 2.1)', () => {
    for (const tag of ['de', 'DE-at', 'zh-Hant-CN', 'x-private'])
      expect(isLanguageTag(tag), tag).to.equal(true)
    for (const text of ['', '*', 'de_AT', 'de-', 'de-*', 'de, en', 'german-language1', '1'])
      expect(isLanguageTag(text), text).to.equal(false)
  })
})
