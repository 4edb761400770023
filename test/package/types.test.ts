import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  install,
  manifest,
  modules,
  packedPackage,
  ROOT,
  readManifest,
  run,
  runNode,
  TOOLS,
} from './packed-package.ts'

/**
 * The declarations as strict consumers read them, `.ts` as an ES module and `.cts` as CommonJS, with every compiler
 * whose users we have. `skipLibCheck` is off, so each declaration that can be reached is checked, too.
 */
const CONSUMER = `
import express from 'express'
import Fastify from 'fastify'
import { type Cache, createCache, HithertoError, type Strategy } from 'hitherto'
import { httpCache } from 'hitherto/express'
import { cachePlugin } from 'hitherto/fastify'
import { type FakeClock, fakeClock } from 'hitherto/testing'
${modules.map((name, i) => `import * as m${i} from '${name}'`).join('\n')}
export const all: object[] = [${modules.map((_, i) => `m${i}`).join(', ')}]

export async function consume(): Promise<string> {
  const clock: FakeClock = fakeClock()
  const cache: Cache = await createCache({ maxBytes: '64mb', ttl: '5m', clock })
  const user = await cache.getOrSet('user:42', async () => ({ name: 'ann', born: new Date() }), { tags: ['user:42'] })
  const year: number = user.born.getFullYear()
  const findUser = cache.wrap(async (id: number) => ({ id }), { ttl: '5m' })
  const found: { id: number } = await findUser(year)
  // @ts-expect-error the value has its own type, not any
  user.age
  // @ts-expect-error arguments are checked
  await findUser('42')
  // @ts-expect-error so are options
  await createCache({ maxBytes: true })

  const app = express()
  app.get('/:name', httpCache({ cache, ttl: '5m' }), (req, res) => {
    const name: string | string[] | undefined = req.params.name
    res.cacheTags('city').json({ name })
  })
  const server = Fastify()
  await server.register(cachePlugin, { cache })
  server.get('/', { config: { cache: { ttl: '5m' } } }, async (_request, reply) => {
    reply.cacheTags('city')
    return { at: server.cache.name }
  })
  // @ts-expect-error the policy of a route is checked
  server.get('/b', { config: { cache: { ttl: {} } } }, async () => 'b')
  return found instanceof HithertoError ? found.code : cache.name
}
export type Named = Strategy['name']
`

const NEEDED = ['@types/node', '@types/express', 'express', 'fastify']
const SETTINGS = '--noEmit --strict --skipLibCheck false --target es2023 --lib es2023 --types node'.split(' ')
const NODE_20 = ['--module', 'node20', 'consumer.ts', 'consumer.cts']
const BUNDLER = ['--module', 'esnext', '--moduleResolution', 'bundler', 'consumer.ts']
const STRICTEST = ['--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--isolatedModules']

const CHECKS: readonly (readonly [
  title: string,
  compiler: string,
  version: RegExp,
  args: readonly string[],
])[] = [
  ['TypeScript 5.9', join(TOOLS, 'node_modules', 'typescript-5.9'), /^5\.9\./, NODE_20],
  ['TypeScript 6', join(TOOLS, 'node_modules', 'typescript-6'), /^6\./, NODE_20],
  ['TypeScript 7', join(ROOT, 'node_modules', 'typescript'), /^7\./, NODE_20],
  ['a bundler', join(ROOT, 'node_modules', 'typescript'), /^7\./, BUNDLER],
  ['the strictest settings', join(ROOT, 'node_modules', 'typescript'), /^7\./, [...STRICTEST, ...NODE_20]],
]

/** Prints which entries "are the types wrong?" has looked at, and what it found. */
const ATTW = `
import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
const result = await checkPackage(createPackageFromTarballData(readFileSync(process.argv[1])))
console.log(JSON.stringify({ entries: Object.keys(result.entrypoints ?? {}), problems: result.problems ?? [] }))
`

interface Problem {
  readonly kind: string
  readonly resolutionKind?: string
}

/**
 * Not ours: readers of `main` (node10) know no `exports`; and older readers of CommonJS do not know yet that Node 20.19
 * can require an ES module, which is what a .cts consumer under `node20` proves.
 */
function isByDesign({ kind, resolutionKind }: Problem): boolean {
  if (resolutionKind === 'node10') return kind === 'NoResolution'
  return resolutionKind === 'node16-cjs' && kind === 'CJSResolvesToESM'
}

describe('the types of the packed package', function () {
  this.timeout(240_000)
  const results = new Map<string, ReturnType<typeof runNode>>()

  before(() => {
    if (!existsSync(join(TOOLS, 'node_modules'))) throw new Error('Run node scripts/package-tools.mjs first')
    const folder = install(NEEDED)
    writeFileSync(join(folder, 'consumer.ts'), CONSUMER)
    writeFileSync(join(folder, 'consumer.cts'), CONSUMER)
    // The older compilers take ten seconds each: all run side by side.
    for (const [title, compiler, , args] of CHECKS) {
      results.set(title, runNode([join(compiler, 'bin', 'tsc'), ...SETTINGS, ...args], folder))
    }
  })

  for (const [title, compiler, version] of CHECKS) {
    it(`are right for ${title}`, async () => {
      expect(readManifest(compiler).version).to.match(version)
      expect(await results.get(title)).to.deep.equal({ code: 0, output: '' })
    })
  }

  it('are found by every way to resolve them that knows exports', () => {
    const args = ['--input-type=module', '-e', ATTW, packedPackage().tarball]
    const { entries, problems } = JSON.parse(run(process.execPath, args, TOOLS))
    expect(entries).to.have.members(Object.keys(manifest.exports ?? {}))
    expect(problems.filter((problem: Problem) => !isByDesign(problem))).to.deep.equal([])
  })
})
