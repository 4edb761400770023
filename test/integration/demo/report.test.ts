import { expect } from 'chai'
import { reportOn } from '../../../demo/report.ts'
import { sampleGazetteer } from './cities.ts'

const gazetteer = sampleGazetteer()

describe('the country report of the demo', () => {
  it('counts the cities of each region, largest first, by name where the name is known', () => {
    const report = reportOn(gazetteer, 'FR')!
    expect(report).to.include({ country: 'FR', name: 'France', cities: 5 })
    expect(report.regions).to.deep.equal([
      { region: '11', cities: 3, percent: 60 },
      { region: 'Auvergne-Rhône-Alpes', cities: 2, percent: 40 },
    ])
  })

  it('finds the densest square, the usual distance and the loneliest city', () => {
    const report = reportOn(gazetteer, 'FR')!
    expect(report.densest).to.deep.include({ cities: 3 })
    expect(report.densest.near.name).to.equal('Paris')
    expect(report.spacing.sample).to.equal(5)
    expect(report.loneliest!.km).to.be.at.least(report.spacing.p90Km)
    expect(report.loneliest!.city.country).to.equal('FR')
  })

  it('puts the centroid of Fiji in Fiji, not on the other side of the date line', () => {
    const { centroid } = reportOn(gazetteer, 'FJ')!
    expect(Math.abs(centroid.lng)).to.be.above(178)
    expect(centroid.lat).to.be.within(-18.2, -16.4)
  })

  it('has no neighbour to show for a country of one city', () => {
    const report = reportOn(gazetteer, 'PL')!
    expect(report.loneliest).to.equal(null)
    expect(report.spacing).to.deep.equal({ sample: 0, medianKm: 0, p90Km: 0 })
  })

  it('counts a word once a city and leaves short ones out', () => {
    expect(reportOn(gazetteer, 'BR')!.commonWords).to.deep.equal([
      { word: 'jose', cities: 2 },
      { word: 'rio', cities: 1 },
      { word: 'san', cities: 1 },
      { word: 'sao', cities: 1 },
    ])
  })

  it('knows no country without cities', () => {
    expect(reportOn(gazetteer, 'ZZ')).to.equal(undefined)
  })
})
