import { expect } from 'chai'
import { checkCommands, checkErrorPage, checkLinks } from './document-rules.ts'
import { checkBarrels, checkLengths, checkNames, MAX_LINES } from './folder-rules.ts'
import { checkImports } from './import-rules.ts'
import { type Files, readSourceFile, readSourceFiles } from './source-file.ts'

/** A small tree that breaks no rule; each test adds one fault. */
const SOUND: Files = {
  'src/index.ts': `export { createCache } from './create-cache.ts'\nexport type { Clock } from './domain/index.ts'\n`,
  'src/create-cache.ts': [
    `import { engine } from './application/engine/index.ts'`,
    `import { catalogue } from '../plugins/catalogue.ts'`,
    `import { lru } from '../plugins/strategies/lru/index.ts'`,
    `export const createCache = () => [engine, catalogue, lru]`,
  ].join('\n'),
  'src/domain/index.ts': `export { age } from './age.ts'\nexport type { Clock } from './contracts/index.ts'\n`,
  'src/domain/age.ts': `import type { Clock } from './contracts/clock.ts'\nexport const age = (clock: Clock): number => clock.now()\n`,
  'src/domain/contracts/index.ts': `export type { Clock } from './clock.ts'\n`,
  'src/domain/contracts/clock.ts': `export interface Clock { now(): number }\n`,
  'src/application/engine/index.ts': `export { engine } from './engine.ts'\n`,
  'src/application/engine/engine.ts': `import { AsyncLocalStorage } from 'node:async_hooks'\nimport { age } from '../../domain/index.ts'\nimport { hooks } from '../hooks/index.ts'\nexport const engine = [AsyncLocalStorage, age, hooks]\n`,
  'src/application/hooks/index.ts': `export { hooks } from './hooks.ts'\n`,
  'src/application/hooks/hooks.ts': `export const hooks = 1\n`,
  'plugins/catalogue.ts': `export const catalogue = { lru: () => import('./strategies/lru/index.ts') }\n`,
  'plugins/strategies/lru/index.ts': `export { lru } from './lru.ts'\n`,
  'plugins/strategies/lru/lru.ts': `import { age } from '../../../src/domain/index.ts'\nexport const lru = age\n`,
  'plugins/http-response/index.ts': `export { plugin } from './plugin.ts'\n`,
  'plugins/http-response/plugin.ts': `export const plugin = 1\n`,
  'plugins/function/index.ts': `export { wrap } from './wrap.ts'\n`,
  'plugins/function/wrap.ts': `export const wrap = 1\n`,
  'adapters/express/index.ts': `export { httpCache } from './http-cache.ts'\n`,
  'adapters/express/http-cache.ts': `import type { Request } from 'express'\nimport { createCache } from '../../src/index.ts'\nimport { plugin } from '../../plugins/http-response/index.ts'\nexport const httpCache = (request: Request) => [createCache, plugin, request]\n`,
}

/** What all rules say of the sound tree with these files changed or added. */
function violations(change: Files): string[] {
  const files = readSourceFiles({ ...SOUND, ...change })
  return [...checkImports(files), ...checkBarrels(files), ...checkNames(files), ...checkLengths(files, [])]
}

function withLine(path: string, line: string): Files {
  return { [path]: `${line}\n${SOUND[path]}` }
}

const DOMAIN = 'src/domain/age.ts'
const ENGINE = 'src/application/engine/engine.ts'
const LRU = 'plugins/strategies/lru/lru.ts'
const EXPRESS = 'adapters/express/http-cache.ts'

describe('the structure rules', () => {
  it('find nothing wrong with a sound tree', () => {
    expect(violations({})).to.deep.equal([])
  })

  describe('of imports report', () => {
    const faults: readonly (readonly [string, string, string])[] = [
      [DOMAIN, `import { hooks } from '../application/hooks/index.ts'`, 'may not import src/application'],
      [DOMAIN, `import type { Readable } from 'node:stream'`, 'the domain imports nothing'],
      [DOMAIN, `import { z } from 'zod'`, 'zod may be named only in'],
      [ENGINE, `import { lru } from '../../../plugins/strategies/lru/index.ts'`, 'may not import plugins'],
      [ENGINE, `import { createCache } from '../../create-cache.ts'`, 'may not import src/create-cache.ts'],
      [ENGINE, `import { hooks } from '../hooks/hooks.ts'`, 'past its barrel src/application/hooks/index.ts'],
      [ENGINE, `import { age } from '../../domain/age.ts'`, 'past its barrel src/domain/index.ts'],
      [ENGINE, `import { engine as own } from './index.ts'`, 'the barrel of a folder that it is in'],
      [ENGINE, `export type { Lost } from './lost.ts'`, 'which is no source file'],
      [ENGINE, `import 'reflect-metadata'`, 'reflect-metadata may be named only in'],
      [ENGINE, `import type { DependencyContainer } from 'tsyringe'`, 'tsyringe may be named only in'],
      [ENGINE, `type Client = import('ioredis').Redis`, 'ioredis may be named only in'],
      [ENGINE, `const client = await import('ioredis')`, 'ioredis may be named only in'],
      [ENGINE, `const client = require('ioredis')`, 'ioredis may be named only in'],
      [ENGINE, `declare module 'fastify' {}`, 'fastify may be named only in'],
      [ENGINE, `import leftPad from 'left-pad'`, 'left-pad is not in the table'],
      [ENGINE, `import type { x } from '@scope/name/deep'`, '@scope/name is not in the table'],
      [LRU, `import { wrap } from '../../function/index.ts'`, 'may not import plugins/function'],
      [LRU, `import type { Request } from 'express'`, 'express may be named only in'],
      [EXPRESS, `import { age } from '../../src/domain/index.ts'`, 'may not import src/domain'],
      [EXPRESS, `import { wrap } from '../../plugins/function/index.ts'`, 'imports a second plugin'],
      ['src/index.ts', `export { lru } from '../plugins/strategies/lru/index.ts'`, 'may not import plugins'],
      ['src/index.ts', `export { httpCache } from '../adapters/express/index.ts'`, 'may not import adapters'],
    ]
    for (const [path, line, why] of faults) {
      it(`${line} in ${path}`, () => {
        const found = violations(withLine(path, line))
        expect(found).to.have.lengthOf(1)
        expect(found[0]).to.include(why).and.to.include(path)
      })
    }

    it('a file that belongs to no layer', () => {
      expect(violations({ 'src/shared.ts': 'export const a = 1' })).to.deep.equal([
        'src/shared.ts: belongs to no layer (test/structure/layers.ts)',
      ])
    })
  })

  describe('of folders report', () => {
    it('a folder without a barrel', () => {
      expect(violations({ 'adapters/koa/koa.ts': 'export const a = 1' })).to.deep.equal([
        'adapters/koa: has no index.ts',
      ])
    })

    for (const line of [
      `export * from './engine.ts'`,
      `import './engine.ts'`,
      'export const a = 1',
      'export {}',
      'start()',
    ]) {
      it(`a barrel with ${line}`, () => {
        const found = violations(withLine('src/application/engine/index.ts', line))
        expect(found).to.deep.equal([
          `src/application/engine/index.ts:1: a barrel holds only export { names } from './file.ts'`,
        ])
      })
    }

    const names: readonly (readonly [string, string, string])[] = [
      ['src/domain/cacheKey.ts', 'export const a = 1', 'cacheKey is not kebab-case'],
      ['src/domain/key-utils.ts', 'export const a = 1', 'key-utils says nothing'],
      ['src/domain/key.ts', 'interface IKey {}', 'IKey has an I prefix'],
      ['src/domain/key.ts', 'export class KeyManager {}', 'KeyManager says nothing'],
      ['src/domain/key.ts', 'export abstract class LruImpl {}', 'LruImpl says nothing'],
      ['src/domain/key.ts', 'export async function* keyHelper() {}', 'keyHelper says nothing'],
      ['src/domain/key.ts', 'const key = 1\nexport { key as keyUtils }', 'keyUtils says nothing'],
    ]
    for (const [path, text, why] of names) {
      it(`the name in ${path}: ${text}`, () => {
        const found = violations({ [path]: text })
        expect(found).to.have.lengthOf(1)
        expect(found[0]).to.include(why)
      })
    }

    it('a file over the limit, a listed one that is short, and one listed without a reason', () => {
      const files = readSourceFiles({ ...SOUND, [ENGINE]: 'const a = 1\n'.repeat(MAX_LINES + 1) })
      expect(checkLengths(files, [])).to.deep.equal([
        `${ENGINE}: ${MAX_LINES + 1} lines, the limit is ${MAX_LINES}`,
      ])
      expect(checkLengths(files, [{ path: ENGINE, reason: 'one loop' }])).to.deep.equal([])
      expect(checkLengths(files, [{ path: ENGINE, reason: ' ' }])).to.have.lengthOf(1)
      expect(checkLengths(readSourceFiles(SOUND), [{ path: ENGINE, reason: 'one loop' }])).to.have.lengthOf(1)
    })
  })

  describe('of pages report', () => {
    it('a command that is no script, and a wanted one that is not shown', () => {
      const page =
        'Run `npm run prose`.\n```sh\nnpm ci && npm run demo -- --once\nnpm test\n```\n```ts\nnpm run code\n```\n'
      expect(checkCommands('README.md', page, { demo: '', test: '' }, ['demo', 'test'])).to.deep.equal([])
      expect(checkCommands('README.md', page, { test: '' }, [])).to.have.lengthOf(1)
      expect(checkCommands('README.md', page, { demo: '', test: '', lint: '' }, ['lint'])).to.have.lengthOf(1)
    })

    it('links that lead to no file or no heading', () => {
      const pages = {
        'README.md':
          '[a](docs/a.md#the-first-part) [b](https://example.org/x.md) [c](#own)\n## Own\n```md\n[d](no.md)\n```',
        'docs/a.md': '# The *first* part\n[up](../README.md)\n[ref]\n\n[ref]: ./gone.md',
      }
      const exists = (path: string): boolean => path in pages
      expect(checkLinks(pages, exists)).to.deep.equal(['docs/a.md: the link ./gone.md leads to no file'])
      expect(
        checkLinks({ 'README.md': '[a](docs/a.md#second)', 'docs/a.md': '# First' }, () => true),
      ).to.deep.equal(['README.md: the link docs/a.md#second leads to no heading'])
    })

    it('an error without its section, a section without its error, and a code that differs', () => {
      const source = `export class KeyError extends HithertoError {\n  declare readonly code: 'HITHERTO_KEY'\n}`
      expect(checkErrorPage(source, '## HITHERTO_KEY\n\n`KeyError`\n')).to.deep.equal([])
      expect(checkErrorPage(source, '')).to.have.lengthOf(1)
      expect(checkErrorPage('', '## HITHERTO_KEY\n\n`KeyError`\n')).to.have.lengthOf(1)
      expect(checkErrorPage(source, '## HITHERTO_KEYS\n\n`KeyError`\n')).to.have.lengthOf(2)
      expect(
        checkErrorPage(
          `${source}\nexport class Odd extends HithertoError {}`,
          '## HITHERTO_KEY\n\n`KeyError`\n',
        ),
      ).to.have.lengthOf(1)
      expect(checkErrorPage('', '## HITHERTO_KEY\n\ntext\n')).to.have.lengthOf(1)
    })
  })
})

describe('the reader of source files', () => {
  function specifiers(text: string): string[] {
    return readSourceFile('a.ts', text).references.map((reference) => reference.specifier)
  }

  it('is not misled by comments, strings, templates and regular expressions', () => {
    const text = [
      `// import a from 'comment'`,
      `/* import b from 'block'\n */`,
      `const quote = /['"\`/]\\/*/g.test("it's") ? 1 / 2 : 'import "string"'`,
      `const text = \`import c from 'template' \${load({ a: \`\${import('inner')}\` })} }\``,
      `import d from 'real'`,
    ].join('\n')
    expect(specifiers(text)).to.deep.equal(['inner', 'real'])
  })

  it('sees imports over several lines, and gives the line', () => {
    const [reference] = readSourceFile('a.ts', `\nimport {\n  a,\n  type B,\n} from 'real'\n`).references
    expect(reference).to.deep.equal({ specifier: 'real', line: 5 })
  })

  it('refuses what it cannot read', () => {
    expect(() => specifiers(`const a = 'open\n`)).to.throw('a.ts:1: a string that does not end')
    expect(() => specifiers(`const a = \`open \${b}`)).to.throw('template that does not end')
    expect(() => specifiers(`const a = \`\${b`)).to.throw('template that does not end')
  })
})
