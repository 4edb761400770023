import { expect } from 'chai'
import { runScript } from '../../fixtures/run-script.ts'

describe('between loads', () => {
  it('no promise of the process pays for the asynchronous context, and the next load has it again', function () {
    this.timeout(30_000)
    const script = new URL('../../fixtures/promises-after-scopes.ts', import.meta.url)
    expect(JSON.parse(runScript(script))).to.deep.equal({
      before: [false, false, false],
      kept: [false, false, false],
    })
  })
})
