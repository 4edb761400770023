import { expect } from 'chai'
import { HookRegistry, type PointRunner } from '../../../../src/application/hooks/index.ts'
import type { HookHandler } from '../../../../src/domain/index.ts'
import { type FakeClock, fakeClock } from '../../../contracts/fake-clock.ts'
import { deferred, settled, thrown } from '../../../fixtures/cache-under-test.ts'

const context = { namespace: '', key: 'a', bypass: false }

describe('a hook point', () => {
  let clock: FakeClock
  let errors: unknown[]
  beforeEach(() => {
    clock = fakeClock()
    errors = []
  })
  function runner(...handlers: HookHandler<'lookup'>[]): PointRunner<'lookup'> {
    const registry = new HookRegistry()
    for (const [i, handler] of handlers.entries()) registry.hook('lookup', `p${i}`, handler)
    const report = (error: unknown) => void errors.push(error)
    return registry.compilePoints({ clock, timeout: 100, report }).lookup as PointRunner<'lookup'>
  }

  it('is synchronous while every handler is', () => {
    const run = runner(
      () => {},
      ({ key }) => ({ key: `${key}b` }),
      ({ key }) => ({ bypass: key === 'ab' }),
    )
    expect(run.run(context)).to.deep.equal({ namespace: '', key: 'ab', bypass: true })
    expect(run.runSync(context)).to.deep.equal({ namespace: '', key: 'ab', bypass: true })
  })

  it('leaves the context it was given alone', () => {
    runner(() => ({ key: 'changed' })).run(context)
    expect(context.key).to.equal('a')
  })

  it('waits for a promise, and only then asks the next handler', async () => {
    const gate = deferred<{ key: string }>()
    const seen: string[] = []
    const answer = runner(
      () => gate.promise,
      ({ key }) => void seen.push(key),
    ).run(context)
    await settled()
    expect(seen).to.deep.equal([])
    gate.resolve({ key: 'late' })
    expect(await answer).to.include({ key: 'late' })
    expect(seen).to.deep.equal(['late'])
    expect(clock.pendingTimers).to.equal(0)
  })

  it('skips a handler that throws, rejects, never settles, or is an odd thenable', async () => {
    const odd: HookHandler<'lookup'>[] = [
      () => {
        throw new Error('throws')
      },
      () => Promise.reject(new Error('rejects')),
      () => new Promise(() => {}),
      () =>
        ({
          then() {
            throw new Error('then throws')
          },
        }) as unknown as Promise<void>,
      () => 'a string' as never,
      () => null as never,
    ]
    const answer = runner(...odd, ({ key }) => ({ key: `${key}!` })).run(context)
    await settled()
    clock.advance(100)
    expect(await answer).to.include({ key: 'a!' })
    expect(errors.map(String)).to.deep.equal([
      'HookError: The lookup hook of "p0" failed: throws',
      'HookError: The lookup hook of "p1" failed: rejects',
      'HookError: The lookup hook of "p2" failed: it did not settle within 100 ms (hookTimeout).',
      'HookError: The lookup hook of "p3" failed: then throws',
    ])
  })

  it('skips a handler whose answer makes no sense, and names the field', () => {
    const answer = runner(
      () => ({ key: 5 as never, bypass: true }),
      () => ({ bypass: 'yes' as never }),
      ({ key }) => ({ key: `${key}!` }),
    ).run(context)
    expect(answer).to.deep.equal({ namespace: '', key: 'a!', bypass: false })
    expect(errors.map(String)).to.deep.equal([
      'HookError: The lookup hook of "p0" failed: what it returned has no valid key.',
      'HookError: The lookup hook of "p1" failed: what it returned has no valid bypass.',
    ])
  })

  it('refuses a promise where the caller cannot wait, and leaves no unhandled rejection', async () => {
    const error = thrown(() => runner(() => Promise.reject(new Error('unheard'))).runSync(context))
    expect(error.code).to.equal('HITHERTO_HOOK_ASYNC')
    expect(error.message).to.include('The lookup hook of "p0"')
    await settled()
    expect(errors).to.deep.equal([])
  })

  it('contains a handler that throws where the caller cannot wait', () => {
    const run = runner(() => {
      throw new Error('throws')
    })
    expect(run.runSync(context)).to.equal(context)
    expect(errors).to.have.lengthOf(1)
  })
})
