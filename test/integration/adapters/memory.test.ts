import { expect } from 'chai'
import { runScript } from '../../fixtures/run-script.ts'

describe('memory of requests', () => {
  it('is free when they have been answered, whatever became of the answer', function () {
    this.timeout(60_000)
    const found = runScript(new URL('../../fixtures/forgotten-requests.ts', import.meta.url), ['--expose-gc'])
    expect(found).to.equal('208 requests, reachable: ; half a minute later:')
  })
})
