import { expect } from 'chai'
import fc from 'fast-check'
import { fold } from '../../../demo/fold.ts'
import { search } from '../../../demo/search.ts'
import { sampleGazetteer } from './cities.ts'

const gazetteer = sampleGazetteer()
const namesFor = (query: string, limit = 10): string[] =>
  search(gazetteer, query, limit).found.map((i) => gazetteer.names[i]!)

describe('the search of the demo', () => {
  it('finds exactly the names that hold every word of the query', () => {
    const text = fc.stringMatching(/^[aeilnoprsv ]{1,5}$/)
    const asTyped = fc.constantFrom('Paris', 'SAN', 'josé', 'ville', "l'hay", 'Łó')
    fc.assert(
      fc.property(fc.oneof(text, asTyped), (query) => {
        const words = fold(query).split(' ')
        const expected = gazetteer.folded.flatMap((name, i) =>
          fold(query) !== '' && words.every((word) => name.includes(word)) ? [i] : [],
        )
        const { matches, found } = search(gazetteer, query, 100)
        expect([...found].sort((a, b) => a - b)).to.deep.equal(expected)
        expect(matches).to.equal(expected.length)
      }),
    )
  })

  it('puts the name itself first, then its prefixes, then words, then what only contains it', () => {
    expect(namesFor('paris')).to.deep.equal(['Paris', 'Paris', 'New Paris', 'Comparis'])
    expect(namesFor('san')).to.deep.equal(['San José do Rio'])
    expect(namesFor('saint')).to.deep.equal(['Saint-Denis'])
  })

  it('does not mind diacritics, apostrophes, hyphens and case', () => {
    expect(namesFor('SAO JOSE')).to.deep.equal(['São José'])
    expect(namesFor('lodz')).to.deep.equal(['Łódź'])
    expect(namesFor('lhay les roses')).to.deep.equal(["L'Haÿ-les-Roses"])
    expect(namesFor('rio são')).to.deep.equal([])
  })

  it('never matches over the end of a name', () => {
    expect(namesFor('lyon ville')).to.deep.equal([])
    expect(namesFor('nv')).to.deep.equal([])
  })

  it('counts all matches and shows no more than asked', () => {
    const { matches, found } = search(gazetteer, 'paris', 2)
    expect(matches).to.equal(4)
    expect(found).to.have.length(2)
  })

  it('finds nothing for nothing', () => {
    expect(search(gazetteer, ' -- ', 5)).to.deep.equal({ matches: 0, found: [] })
  })
})
