import { expect } from 'chai'
import { runScript } from '../../fixtures/run-script.ts'

const SHORT = new URL('../../soak/short.ts', import.meta.url)

describe('a short soak: traffic of all kinds, with aborts, slow clients, errors, writes and new configurations', () => {
  for (const FRAMEWORK of ['express', 'fastify']) {
    it(`gets from ${FRAMEWORK} what it would get without the cache, and leaves nothing behind`, function () {
      this.timeout(60_000)
      expect(runScript(SHORT, ['--expose-gc'], { FRAMEWORK })).to.equal(`${FRAMEWORK}: as without the cache`)
    })
  }
})
