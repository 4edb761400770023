import { expect } from 'chai'
import fc from 'fast-check'
import { buildGazetteer } from '../../../demo/data.ts'
import { nearest } from '../../../demo/nearest.ts'
import { sampleGazetteer } from './cities.ts'

/** The angle between two unit vectors: another way to the same distance than the haversine. */
function distanceKm(a: readonly [number, number], b: readonly [number, number]): number {
  const vector = ([lat, lng]: readonly [number, number]): [number, number, number] => {
    const [phi, lambda] = [(lat * Math.PI) / 180, (lng * Math.PI) / 180]
    return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)]
  }
  const [u, v] = [vector(a), vector(b)]
  const chord = Math.hypot(u[0] - v[0], u[1] - v[1], u[2] - v[2])
  return 2 * 6371.0088 * Math.asin(Math.min(1, chord / 2))
}

const point = fc.tuple(
  fc.double({ min: -90, max: 90, noNaN: true }),
  fc.double({ min: -180, max: 180, noNaN: true }),
)

describe('the nearest cities', () => {
  it('are those with the smallest distance, nearest first, with that distance', () => {
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 2, maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        (points, limit) => {
          const rows = points.map(([lat, lng]) => ({
            name: 'x',
            lat: `${lat}`,
            lng: `${lng}`,
            country: 'XX',
            admin1: '',
          }))
          const found = nearest(buildGazetteer(rows), 0, limit)
          const all = points.slice(1).map((to) => distanceKm(points[0]!, to))
          const expected = all.sort((a, b) => a - b).slice(0, limit)
          expect(found.map(({ index }) => index)).to.not.include(0)
          expect(found).to.have.length(expected.length)
          for (const [n, km] of expected.entries()) expect(found[n]!.km).to.be.closeTo(km, 0.01)
        },
      ),
    )
  })

  it('reach over the date line', () => {
    const gazetteer = sampleGazetteer()
    const [first] = nearest(gazetteer, gazetteer.byPlace.get('FJ/labasa')![0]!, 1)
    expect(gazetteer.names[first!.index]).to.equal('Waiyevo')
    expect(first!.km).to.be.within(70, 90)
  })

  it('can be limited to some candidates', () => {
    const gazetteer = sampleGazetteer()
    const lyon = gazetteer.byPlace.get('FR/lyon')![0]!
    const found = nearest(gazetteer, lyon, 5, gazetteer.byCountry.get('US')!)
    expect(found.map(({ index }) => gazetteer.countries[index])).to.deep.equal(['US', 'US', 'US'])
  })
})
