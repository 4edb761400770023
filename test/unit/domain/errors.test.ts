import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import * as domain from '../../../src/domain/index.ts'
import { describe as describeValue, HithertoError } from '../../../src/domain/index.ts'

const cause = new Error('because')

/** One of each class, with the code that users compare and the message that they read. A changed code breaks them. */
const ERRORS: readonly (readonly [string, string, () => HithertoError])[] = [
  [
    'HITHERTO_CONFIG_INVALID',
    'ttl: expected less.',
    () => new domain.ConfigurationError('ttl', 'expected less.'),
  ],
  [
    'HITHERTO_NAME_UNKNOWN',
    'There is no plugin named "fnction". Did you mean "function" or "faction"?',
    () => new domain.UnknownNameError('plugin', 'fnction', ['function', 'faction'], ['function']),
  ],
  [
    'HITHERTO_PACKAGE_MISSING',
    'The backend redis needs the package "ioredis", which is not installed. Run: npm install ioredis',
    () => new domain.MissingPackageError('ioredis', 'The backend redis', { cause }),
  ],
  [
    'HITHERTO_PLUGIN_DUPLICATE',
    'The plugin "function" is listed twice. Remove one, or give it another name.',
    () => new domain.DuplicatePluginError('function'),
  ],
  ['HITHERTO_PLUGIN_ORDER', 'a waits for b.', () => new domain.PluginOrderError('a waits for b.')],
  [
    'HITHERTO_PLUGIN_START',
    'The plugin "p" did not start: because',
    () => new domain.PluginStartError('p', cause),
  ],
  [
    'HITHERTO_KEY_INVALID',
    'A key must be a string, got 5. Use String(value), or cache.wrap, which makes keys from arguments.',
    () => new domain.KeyError(5),
  ],
  [
    'HITHERTO_TAG_INVALID',
    'A tag must be a non-empty string, got an empty string.',
    () => new domain.TagError(''),
  ],
  [
    'HITHERTO_OPTION_INVALID',
    'size: expected bytes.',
    () => new domain.CallOptionError('size', 'expected bytes.'),
  ],
  ['HITHERTO_KEY_ARGUMENT', 'a function.', () => new domain.KeyArgumentError('a function.')],
  [
    'HITHERTO_VALUE_UNSAFE',
    "The value was not stored: it holds a function, which cannot be copied safely. Return plain data, give its class a codec, or use clone: 'none' if callers never change it.",
    () => new domain.ValueError('a function'),
  ],
  [
    'HITHERTO_VALUE_SHARED',
    'Callers who waited for one load of "k" share its value, because it cannot be copied: what one of them changes in it, the others see. Return plain data, or give its class a codec.',
    () => new domain.SharedValueError('k'),
  ],
  [
    'HITHERTO_VALUE_INVALID',
    'The value of "k" does not fit its schema: tags.0: no text; no name; a.b: 3 (and 1 more)',
    () =>
      new domain.SchemaError('k', [
        { message: 'no text', path: ['tags', { key: 0 }] },
        { message: 'no name' },
        { message: '3', path: ['a', 'b'] },
        { message: '4' },
      ]),
  ],
  [
    'HITHERTO_LOAD_TIMEOUT',
    'The load of "k" took longer than 50 ms (timeout.hard).',
    () => new domain.LoadTimeoutError('k', 50),
  ],
  [
    'HITHERTO_LOAD_RECURSIVE',
    'The load of "k" waits for itself: something it calls asks the cache for the same key. Give the inner call another key.',
    () => new domain.RecursiveLoadError('k'),
  ],
  [
    'HITHERTO_LOADS_QUEUE_FULL',
    '10 loads are running and 20 are waiting. Raise loads.concurrency or loads.queue, or make the source faster.',
    () => new domain.OverloadError(10, 20),
  ],
  [
    'HITHERTO_CACHE_CLOSED',
    'The cache is closed. Create a new one with createCache().',
    () => new domain.ClosedError(),
  ],
  [
    'HITHERTO_HOOK_ASYNC',
    'The lookup hook of "p" returned a promise, so getSync and peek cannot be used. Use get, or make the hook synchronous.',
    () => new domain.AsyncHookError('lookup', 'p'),
  ],
  [
    'HITHERTO_HOOK_FAILED',
    'The store hook of "p" failed: because',
    () => new domain.HookError('store', 'p', cause),
  ],
  [
    'HITHERTO_STRATEGY_BROKEN',
    'The strategy "mine" broke its contract: it threw.',
    () => new domain.StrategyError('mine', 'it threw.', { cause }),
  ],
  [
    'HITHERTO_STORE_FAILED',
    'The store "memory" failed: because',
    () => new domain.StoreError('memory', cause),
  ],
  [
    'HITHERTO_DECORATION_TAKEN',
    'fastify.cache is already taken. Use decorateAs.',
    () => new domain.DecorationError('fastify', 'cache', 'Use decorateAs.'),
  ],
  [
    'HITHERTO_NOT_A_CACHE',
    'httpCache needs a cache, got a promise (is an await missing?). Pass the awaited result of createCache().',
    () => new domain.NotACacheError('httpCache', Promise.resolve()),
  ],
]

describe('the errors', () => {
  it('are all in this test', () => {
    const classes = Object.values(domain).filter(
      (value) => typeof value === 'function' && value.prototype instanceof Error && value !== HithertoError,
    )
    expect(classes.length).to.equal(ERRORS.length)
    expect(new Set(ERRORS.map(([, , make]) => make().constructor))).to.deep.equal(new Set(classes))
  })

  for (const [code, message, make] of ERRORS) {
    it(`with the code ${code} have their own name and say what is wrong`, () => {
      const error = make()
      expect(error.code).to.equal(code)
      expect(error.name).to.equal(error.constructor.name)
      expect(error.message).to.equal(message)
      // What another copy of the package knows it by.
      expect(Reflect.get(error, Symbol.for('hitherto.error'))).to.equal(code)
      expect(error).to.be.instanceOf(Error)
      expect(error).to.be.instanceOf(HithertoError)
      expect(error).to.be.instanceOf(error.constructor)
    })
  }

  it('have a code each', () => {
    expect(new Set(ERRORS.map(([code]) => code)).size).to.equal(ERRORS.length)
  })

  it('are not instances of each other', () => {
    const errors = ERRORS.map(([, , make]) => make())
    for (const error of errors) {
      const classes = errors.map((other) => other.constructor).filter((other) => error instanceof other)
      expect(classes).to.deep.equal([error.constructor])
    }
  })

  it('are recognised when a second copy of the package made them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hitherto-copy-'))
    for (const name of ['package.json', 'src/domain/errors.ts', 'src/domain/describe.ts'])
      copyFileSync(new URL(`../../../${name}`, import.meta.url), join(folder, basename(name)))
    const copy: typeof domain = await import(pathToFileURL(join(folder, 'errors.ts')).href)
    rmSync(folder, { recursive: true })
    expect(copy.HithertoError).to.not.equal(HithertoError)
    const foreign = new copy.KeyError(5)
    expect(foreign).to.be.instanceOf(HithertoError)
    expect(new domain.KeyError(5)).to.be.instanceOf(copy.HithertoError)
    expect(foreign).to.not.be.instanceOf(domain.TagError)
  })

  it('are not recognised in anything else', () => {
    for (const value of [
      new Error('x'),
      { code: 'HITHERTO_KEY_INVALID' },
      null,
      undefined,
      'text',
      5,
      () => {},
    ]) {
      expect((value as unknown) instanceof HithertoError).to.equal(false)
    }
  })

  it('carry the cause where there is one', () => {
    expect(new domain.PluginStartError('p', cause)).to.have.property('cause', cause)
    expect(new domain.HookError('store', 'p', cause)).to.have.property('cause', cause)
    expect(new domain.HookError('store', 'p', 'thrown text').message).to.include('thrown text')
    expect(new domain.StrategyError('s', 'm.', { cause })).to.have.property('cause', cause)
    expect(new domain.ClosedError()).to.not.have.property('cause')
  })

  it('say the line that installs a missing package', () => {
    expect(new domain.MissingPackageError('ioredis', 'The backend redis').message).to.include(
      'npm install ioredis',
    )
  })

  it('name the option of a wrong configuration or call', () => {
    expect(new domain.ConfigurationError('timeout.soft', 'm.')).to.include({
      option: 'timeout.soft',
      message: 'timeout.soft: m.',
    })
    expect(new domain.CallOptionError('size', 'm.')).to.include({ option: 'size', message: 'size: m.' })
  })

  it('cut a name that is too long to read', () => {
    expect(new domain.LoadTimeoutError('k'.repeat(80), 5).message).to.include(`"${'k'.repeat(80)}"`)
    expect(new domain.LoadTimeoutError('k'.repeat(81), 5).message).to.include(`"${'k'.repeat(77)}..."`)
    expect(new domain.LoadTimeoutError('k'.repeat(1e5), 5).message.length).to.be.lessThan(200)
  })
})

describe('describe', () => {
  it('says the kind of a value, never its content beyond a short string', () => {
    const words: readonly (readonly [unknown, string])[] = [
      [null, 'null'],
      [undefined, 'undefined'],
      ['', 'an empty string'],
      ['abc', 'the string "abc"'],
      [-1.5, '-1.5'],
      [Number.NaN, 'NaN'],
      [true, 'true'],
      [[1, 2], 'an array'],
      [{ password: 'x' }, 'an object'],
      [Promise.resolve(1), 'a promise (is an await missing?)'],
      [() => 1, 'a function'],
      [Symbol('s'), 'a symbol'],
      [5n, 'a bigint'],
    ]
    for (const [value, word] of words) expect(describeValue(value)).to.equal(word)
    expect(describeValue('s'.repeat(1e5)).length).to.be.lessThan(120)
  })
})
