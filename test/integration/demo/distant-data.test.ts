import { expect } from 'chai'
import { distantData } from '../../../demo/distant-data.ts'
import { createRoutes } from '../../../demo/routes.ts'
import { createCache } from '../../../src/index.ts'
import { sampleGazetteer } from './cities.ts'

describe('the data of the demo from a distance', () => {
  it('give the same pages, later', async () => {
    const cache = await createCache()
    const routes = createRoutes(sampleGazetteer(), cache)
    const distant = distantData(routes, 1)
    const bodies = async ({ nearest, search, report }: typeof routes): Promise<unknown[]> => {
      const answers = [nearest('FR', 'Lyon', {}), search({ q: 'paris' }), report('FR')]
      return (await Promise.all(answers)).map(({ status, body }) => [status, body])
    }
    expect(distant.nearest('FR', 'Lyon', {})).to.be.a('promise')
    expect(await bodies(distant)).to.deep.equal(await bodies(routes))
    expect(await distant.touch('FR')).to.deep.include({ status: 200 })
    await cache.close()
  })

  it('are the routes themselves without a distance', async () => {
    const cache = await createCache()
    const routes = createRoutes(sampleGazetteer(), cache)
    expect(distantData(routes, 0)).to.equal(routes)
    await cache.close()
  })
})
