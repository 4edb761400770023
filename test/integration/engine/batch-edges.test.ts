import { expect } from 'chai'
import type { Cache } from '../../../src/index.ts'
import { cacheUnderTest, deferred, rejection, settled } from '../../fixtures/cache-under-test.ts'

describe('the load of a batch', () => {
  let cache: Cache
  let clock: Awaited<ReturnType<typeof cacheUnderTest>>['clock']
  beforeEach(async () => {
    ;({ cache, clock } = await cacheUnderTest({ timeout: { hard: 100 } }))
  })
  afterEach(() => cache.close())

  it('goes on while anybody waits for it, and is aborted with the last', async () => {
    for (const inTime of [true, false]) {
      const gate = deferred<string[]>()
      let given: AbortSignal | undefined
      const many = cache.batch((_, { signal }) => {
        given = signal
        return gate.promise
      })
      const early = rejection(many('early'))
      // Its flight begins, in the same turn of the event loop.
      for (let tick = 0; tick < 20; tick++) await undefined
      clock.advance(50)
      const late = many('late').catch((error: { code: string }) => error.code)
      await settled()
      clock.advance(50)
      expect((await early).code).to.equal('HITHERTO_LOAD_TIMEOUT')
      expect(given?.aborted).to.equal(false)
      if (inTime) gate.resolve(['1', '2'])
      else clock.advance(50)
      expect(await late).to.equal(inTime ? '2' : 'HITHERTO_LOAD_TIMEOUT')
      expect(given?.aborted).to.equal(!inTime)
      await cache.clear()
    }
  })

  it('is told which keys there are, where it asks for another one', async () => {
    const answers = await cache.getOrSetMany(['a', 'b'], async (keys, { of }) => {
      of('c').skip()
      return keys
    })
    for (const answer of answers) {
      expect(answer).to.include({ code: 'HITHERTO_OPTION_INVALID', option: 'of' })
      expect((answer as Error).message).to.match(/"c" is none of the keys/)
    }
  })

  it('is told how many answers it owes', async () => {
    const told = async (answer: unknown) => {
      const [error] = await cache.getOrSetMany(['a', 'b'], async () => answer as string[])
      expect(error).to.include({ code: 'HITHERTO_OPTION_INVALID', option: 'load' })
      return (error as Error).message
    }
    expect(await told(['1'])).to.match(/an array of 2 answers or a Map by key, got 1 answers/)
    expect(await told('1')).to.match(/got the string "1"/)
  })
})
