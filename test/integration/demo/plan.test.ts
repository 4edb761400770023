import { expect } from 'chai'
import { planTraffic } from '../../../demo/plan.ts'
import { sampleGazetteer } from './cities.ts'

const gazetteer = sampleGazetteer()

describe('the planned traffic of the demo', () => {
  it('is the same for the same seed and another for another', () => {
    expect(planTraffic(gazetteer, 1_000, 1)).to.deep.equal(planTraffic(gazetteer, 1_000, 1))
    expect(planTraffic(gazetteer, 1_000, 1)).to.not.deep.equal(planTraffic(gazetteer, 1_000, 2))
  })

  it('asks both servers for the same pages, as often as it was told, and each of them first half of the time', () => {
    const pages = planTraffic(gazetteer, 1_000, 1).filter(({ route }) => route !== 'touch')
    const pathsTo = (server: string): string[] =>
      pages.filter(({ framework }) => framework === server).map(({ path }) => path)
    expect(pages).to.have.length(1_000)
    expect(pathsTo('fastify')).to.deep.equal(pathsTo('express'))
    expect(pages.filter(({ framework }, i) => i % 2 === 0 && framework === 'fastify')).to.have.length(250)
  })

  it('mixes the routes and changes a country every 500 requests', () => {
    const plan = planTraffic(gazetteer, 4_000, 1)
    const share = (name: string): number => plan.filter(({ route }) => route === name).length / 4_000
    expect(share('nearest')).to.be.closeTo(0.5, 0.04)
    expect(share('search')).to.be.closeTo(0.3, 0.04)
    expect(share('report')).to.be.closeTo(0.2, 0.04)
    expect(plan.filter(({ route }) => route === 'touch')).to.have.length(8)
  })
})
