import { expect } from 'chai'
import { runScript } from '../../fixtures/run-script.ts'

const script = (name: string) => new URL(`../../fixtures/${name}.ts`, import.meta.url)

describe('memory', () => {
  it('of old generations can be collected: one is reachable after 100 swaps under load', function () {
    this.timeout(30_000)
    const found = runScript(script('retired-generations'), ['--expose-gc'])
    expect(found).to.equal('101 generations, reachable: 100')
  })

  it('holds far more distinct keys than fit into the heap, on the defaults, within the bounds', function () {
    this.timeout(60_000)
    const flags = ['--max-old-space-size=64']
    const found = runScript(script('many-keys-in-little-memory'), flags, { KEYS: '250000' })
    expect(found).to.equal('alive and within bounds')
  })
})
