import { expect } from 'chai'
import { buildGazetteer, type Gazetteer } from '../../../../demo/data.ts'
import { createRoutes } from '../../../../demo/routes.ts'
import type { Page } from '../../../../perf/k6/pages.ts'
import { demoPages } from '../../../../perf/k6/runner/demo-pages.ts'
import { createCache } from '../../../../src/index.ts'

/** More places than the popular ones, so that some are cold; with names that need quoting. */
function gazetteerOf(places: number): Gazetteer {
  const rows = Array.from({ length: places }, (_, i) => ({
    name: `${['São "José"', "L'Haÿ", 'San/Jose'][i % 3]} ${i}`,
    lat: `${(i % 170) - 85}`,
    lng: `${(i % 350) - 175}`,
    country: ['BR', 'FR', 'US'][i % 3] as string,
    admin1: '',
  }))
  return buildGazetteer(rows)
}

describe('the pages of the load tests', () => {
  const gazetteer = gazetteerOf(1_200)
  const pages = demoPages(gazetteer)

  it('are the same each time, and the cold ones are not among the popular ones', () => {
    expect(demoPages(gazetteer)).to.deep.equal(pages)
    const popular = new Set(pages.nearest.map(({ path }) => path))
    expect(popular.size).to.equal(1_000)
    expect(new Set(pages.cold.map(({ path }) => path)).size).to.equal(100)
    expect(pages.cold.filter(({ path }) => popular.has(path))).to.deep.equal([])
  })

  it('have a mark that stands in the body of their own page', async () => {
    const cache = await createCache({ maxBytes: '8mb' })
    const routes = createRoutes(gazetteer, cache)
    const bodyOf = async ({ path }: Page): Promise<string> => {
      const { pathname, searchParams } = new URL(path, 'http://demo')
      const [, kind, country = '', city = ''] = pathname.split('/').map(decodeURIComponent)
      if (kind === 'search') return JSON.stringify((await routes.search({ q: searchParams.get('q') })).body)
      if (kind === 'nearest') return JSON.stringify((await routes.nearest(country, city, {})).body)
      return JSON.stringify((await routes.report(country)).body)
    }
    const all = [...pages.cold, ...pages.nearest.slice(0, 50), ...pages.search.slice(0, 20), ...pages.report]
    for (const page of all) expect(await bodyOf(page)).to.include(page.mark)
    await cache.close()
  })
})
