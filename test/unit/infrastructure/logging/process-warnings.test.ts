import { expect } from 'chai'
import { createCache } from '../../../../src/index.ts'
import { processWarnings } from '../../../../src/infrastructure/logging/index.ts'

describe('the logger of those who gave none', () => {
  it('shows each warning and each error once', () => {
    const shown: string[] = []
    const logger = processWarnings((message) => shown.push(message))
    logger.warn('one')
    logger.error('two')
    logger.warn('one')
    expect(shown).to.deep.equal(['one', 'two'])
  })

  it('shows nothing that is no warning', () => {
    const shown: string[] = []
    const logger = processWarnings((message) => shown.push(message))
    logger.debug('one')
    logger.info('two')
    expect(shown).to.deep.equal([])
  })

  it('says so when it shows no more, and is silent from then on', () => {
    const shown: string[] = []
    const logger = processWarnings((message) => shown.push(message))
    for (let i = 0; i < 1_000; i++) logger.warn(`warning ${i}`)
    expect(shown).to.have.length(21)
    expect(shown.at(-1)).to.match(/give createCache a logger/)
  })

  it('makes a fault that a cache contained a warning of the process', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    const cache = await createCache()
    cache.on('hit', () => {
      throw new Error('the listener is broken')
    })
    await cache.set('key', 1)
    cache.getSync('key')
    const { name, message } = await warned
    expect(name).to.equal('HithertoWarning')
    expect(message).to.match(/the listener is broken|hit/)
    await cache.close()
  })
})
