import { expect } from 'chai'
import type { Cache, ClonePolicy } from '../../../src/index.ts'
import { cacheUnderTest, deferred, settled } from '../../fixtures/cache-under-test.ts'

interface Page {
  title: string
  tags: string[]
}

/** What a careless caller does to its answer. */
function scribble(page: Page): void {
  try {
    page.title = 'scribbled'
    page.tags.push('scribbled')
  } catch {
    // Frozen.
  }
}

describe('a caller that changes its answer changes nobody else’s', () => {
  const clean: Page = { title: 'clean', tags: ['a'] }
  const make = (): Page => structuredClone(clean)

  for (const clone of ['auto', 'structured', 'freeze'] as ClonePolicy[]) {
    describe(`with clone: '${clone}'`, () => {
      let cache: Cache
      beforeEach(async () => {
        cache = (await cacheUnderTest({ clone })).cache
      })
      afterEach(() => cache.close())

      it('neither the one who set it', async () => {
        const page = make()
        await cache.set('a', page)
        scribble(page)
        expect(cache.peek('a')).to.deep.equal(clean)
      })

      it('nor the one who loaded it, nor those who waited with it', async () => {
        const gate = deferred<Page>()
        const waiting = [1, 2, 3].map(() => cache.getOrSet('a', () => gate.promise))
        await settled()
        gate.resolve(make())
        for (const answer of waiting) {
          const page = await answer
          expect(page).to.deep.equal(clean)
          scribble(page)
        }
        expect(cache.peek('a')).to.deep.equal(clean)
      })

      it('nor those who hit it, by any way of reading', async () => {
        await cache.set('a', make())
        const reads: (() => Page | undefined | Promise<Page | undefined>)[] = [
          () => cache.peek<Page>('a'),
          () => cache.getSync<Page>('a'),
          () => cache.get<Page>('a'),
          () => cache.getOrSet<Page>('a', make),
          () => cache.getOrSet<Page>({ key: 'a', load: make }),
        ]
        for (const read of reads) {
          const page = (await read()) as Page
          expect(page).to.deep.equal(clean)
          scribble(page)
        }
        expect(cache.peek('a')).to.deep.equal(clean)
      })
    })
  }

  it('with the policy of the call where it names one', async () => {
    const { cache } = await cacheUnderTest()
    const page = await cache.getOrSet('a', make, { clone: 'none' })
    expect(cache.peek('a')).to.equal(page)
    await cache.close()
  })

  it('in stale answers neither', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: 10, staleWhileRevalidate: 100 })
    await cache.set('a', make())
    clock.advance(20)
    const gate = deferred<Page>()
    const load = () => gate.promise
    for (let i = 0; i < 2; i++) {
      const page = await cache.getOrSet('a', load)
      expect(page).to.deep.equal(clean)
      scribble(page)
    }
    gate.resolve(make())
    await settled()
    await cache.close()
  })

  it('an answer that cannot be copied reaches its callers, is not stored, and is reported', async () => {
    class Session {}
    const { cache, errors } = await cacheUnderTest()
    expect(await cache.getOrSet('a', () => new Session())).to.be.instanceOf(Session)
    expect(cache.peek('a')).to.equal(undefined)
    expect(errors.map((error) => (error as { code: string }).code)).to.deep.equal(['HITHERTO_VALUE_UNSAFE'])
    await cache.close()
  })
})
