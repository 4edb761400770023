import { expect } from 'chai'
import { HookRegistry, type HostParts, startPlugins } from '../../../../src/application/index.ts'
import type { Cache, Plugin } from '../../../../src/domain/index.ts'
import { fakeClock } from '../../../contracts/fake-clock.ts'
import { rejection } from '../../../fixtures/cache-under-test.ts'

describe('the plugin host', () => {
  let log: string[]
  let errors: unknown[]
  let parts: HostParts
  beforeEach(() => {
    log = []
    errors = []
    parts = {
      cache: {} as Cache,
      clock: fakeClock(),
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      generation: 3,
      registry: new HookRegistry(),
      report: (error) => void errors.push(error),
    }
  })
  const plugin = (
    name: string,
    start: Plugin['start'] = () => () => void log.push(`stop ${name}`),
  ): Plugin => ({
    name,
    start,
  })
  const start = (...plugins: Plugin[]) =>
    startPlugins(
      plugins.map((each) => ({ plugin: each, options: undefined })),
      parts,
    )

  it('stops each once, the last first, however often it is told to', async () => {
    const started = await start(
      plugin('a'),
      plugin('b'),
      plugin('none', () => {}),
    )
    await started.stop()
    await started.stop()
    expect(log).to.deep.equal(['stop b', 'stop a'])
  })

  it('keeps what a plugin provides, by its name', async () => {
    const { surfaces } = await start(plugin('a', (host) => host.provide('surface')))
    expect([...surfaces]).to.deep.equal([['a', 'surface']])
  })

  it('stops the earlier ones when one does not start, and says why', async () => {
    const reason = new Error('no port')
    const error = await rejection(
      start(
        plugin('a'),
        plugin('b', () => Promise.reject(reason)),
        plugin('c', () => void log.push('start c')),
      ),
    )
    expect(error.code).to.equal('HITHERTO_PLUGIN_START')
    expect([error.message, error.cause]).to.deep.equal(['The plugin "b" did not start: no port', reason])
    expect(log).to.deep.equal(['stop a'])
  })

  it('refuses a start that returns something else than a function', async () => {
    const error = await rejection(
      start(
        plugin('a'),
        plugin('b', () => 'stop' as never),
      ),
    )
    expect(error.code).to.equal('HITHERTO_PLUGIN_START')
    expect(error.message).to.include('plugins.b: start must return a function or nothing')
    expect(log).to.deep.equal(['stop a'])
  })

  it('reports a stop that fails, and goes on', async () => {
    const reason = new Error('stuck')
    const started = await start(
      plugin('a'),
      plugin('b', () => () => Promise.reject(reason)),
    )
    await started.stop()
    expect([log, errors]).to.deep.equal([['stop a'], [reason]])
  })

  it('registers hooks and listeners under the name of the plugin', async () => {
    await start(
      plugin('mine', (host) => {
        host.hook('key', () => {
          throw new Error('no')
        })
        host.on('hit', () => {
          throw new Error('no')
        })
      }),
    )
    const { clock, report } = parts
    parts.registry.compilePoints({ clock, timeout: 1, report }).key?.run({ namespace: '', key: 'a' })
    parts.registry.compileSignals(report).hit?.({ namespace: '', key: 'a', correlation: 0 })
    expect(errors.map(String)).to.deep.equal([
      'HookError: The key hook of "mine" failed: no',
      'HookError: The hit hook of "mine" failed: no',
    ])
  })
})
