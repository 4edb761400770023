import { expect } from 'chai'
import { HookRegistry } from '../../../../src/application/hooks/index.ts'
import type { CacheHit } from '../../../../src/domain/index.ts'
import { fakeClock } from '../../../contracts/fake-clock.ts'
import { settled, thrown } from '../../../fixtures/cache-under-test.ts'

const hit: CacheHit = { namespace: '', key: 'a', correlation: 0 }

function registry() {
  const made = new HookRegistry()
  const errors: unknown[] = []
  const report = (error: unknown) => void errors.push(error)
  return {
    made,
    errors,
    points: () => made.compilePoints({ clock: fakeClock(), timeout: 100, report }),
    signals: (...others: HookRegistry[]) => made.compileSignals(report, ...others),
  }
}

describe('HookRegistry', () => {
  it('compiles what nobody takes part in to null', () => {
    const { points, signals } = registry()
    expect(Object.values(points()).filter((runner) => runner !== null)).to.deep.equal([false])
    expect(Object.values(signals())).to.deep.equal(Array(11).fill(null))
  })

  it('compiles what was registered before, not what comes later', () => {
    const { made, points } = registry()
    made.hook('store', 'p', () => {})
    const compiled = points()
    made.hook('key', 'p', () => {})
    expect([compiled.store === null, compiled.key === null]).to.deep.equal([false, true])
  })

  it('calls its own listeners first, then those of the others', () => {
    const { made, signals } = registry()
    const other = new HookRegistry()
    const heard: string[] = []
    other.on('hit', 'p', () => heard.push('other'))
    made.on('hit', 'p', () => heard.push('own'))
    signals(other).hit?.(hit)
    expect(heard).to.deep.equal(['own', 'other'])
  })

  it('copies so that neither changes the other', () => {
    const { made } = registry()
    const handler = () => {}
    made.hook('store', 'p', handler)
    made.on('hit', 'p', handler)
    const copy = made.copy()
    expect(copy.agreesWith(made, ['store'])).to.equal(true)
    copy.hook('store', 'q', handler)
    expect(copy.agreesWith(made, ['store'])).to.equal(false)
    expect(copy.compileSignals(() => {}).hit).to.not.equal(null)
  })

  it('agrees with another where the very same handlers take part in the same order', () => {
    const [a, b] = [() => {}, () => {}]
    const one = new HookRegistry()
    const two = new HookRegistry()
    expect(one.agreesWith(two, ['encode', 'decode'])).to.equal(true)
    one.hook('encode', 'p', a)
    one.hook('encode', 'p', b)
    two.hook('encode', 'p', b)
    two.hook('encode', 'p', a)
    expect(one.agreesWith(two, ['encode'])).to.equal(false)
    expect(one.agreesWith(two, ['decode'])).to.equal(true)
  })

  it('takes a listener off, once', () => {
    const { made, signals } = registry()
    const heard: string[] = []
    const off = made.on('hit', 'p', () => heard.push('a'))
    made.on('hit', 'p', () => heard.push('b'))
    off()
    off()
    signals().hit?.(hit)
    expect(heard).to.deep.equal(['b'])
  })

  it('refuses unknown names and what is not a function', () => {
    const { made } = registry()
    expect(thrown(() => made.hook('stroe' as 'store', 'p', () => {})).message).to.include(
      "did you mean 'store'?",
    )
    expect(thrown(() => made.on('hits' as 'hit', 'p', () => {})).message).to.include("did you mean 'hit'?")
    expect(thrown(() => made.hook('store', 'p', undefined as never)).code).to.equal('HITHERTO_CONFIG_INVALID')
    expect(thrown(() => made.on('hit', 'p', 5 as never)).message).to.include("on('hit')")
  })

  it('reports listeners that fail with the signal they failed on', async () => {
    const made = new HookRegistry()
    made.on('hit', 'p', () => {
      throw new Error('sync')
    })
    made.on('hit', 'p', async () => {
      throw new Error('async')
    })
    const reported: unknown[] = []
    made.compileSignals((error, from) => reported.push([from, String(error)])).hit?.(hit)
    await settled()
    expect(reported).to.deep.equal([
      ['hit', 'HookError: The hit hook of "p" failed: sync'],
      ['hit', 'HookError: The hit hook of "p" failed: async'],
    ])
  })
})
