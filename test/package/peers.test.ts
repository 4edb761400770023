import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import { install, manifest, modules, ROOT, run, runNode } from './packed-package.ts'

interface Peer {
  /** The entries whose types are made of the peer's. */
  readonly entries: readonly string[]
  /** Packages that have its types, where it has none of its own. */
  readonly types: readonly string[]
  /** Prints the second answer of a route that counts its calls, through the entry. */
  readonly program: string
}

/** One row for each optional peer: a peer without one fails below. */
const PEERS: Readonly<Record<string, Peer>> = {
  express: {
    entries: ['hitherto/express'],
    types: ['@types/express'],
    program: `
import { once } from 'node:events'
import express from 'express'
import { createCache } from 'hitherto'
import { httpCache } from 'hitherto/express'
let calls = 0
const cache = await createCache()
const app = express().get('/', httpCache({ cache, ttl: '1m' }), (_req, res) => res.send('call ' + ++calls))
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const ask = async () => (await fetch('http://127.0.0.1:' + server.address().port)).text()
await ask()
console.log(await ask())
server.close()
server.closeAllConnections()
await cache.close()
`,
  },
  fastify: {
    entries: ['hitherto/fastify'],
    types: [],
    program: `
import Fastify from 'fastify'
import { cachePlugin } from 'hitherto/fastify'
let calls = 0
const app = Fastify()
await app.register(cachePlugin)
app.get('/', { config: { cache: { ttl: '1m' } } }, async () => 'call ' + ++calls)
await app.inject('/')
console.log((await app.inject('/')).payload)
await app.close()
`,
  },
}

/** What needs no peer at all. */
const WITHOUT_PEERS = `
import { createCache } from 'hitherto'
import { fakeClock } from 'hitherto/testing'
const clock = fakeClock()
const cache = await createCache({ clock, plugins: ['function', 'http-response'] })
const load = { name: 'needs-a-client', start: () => import('redis-like-client') }
const failed = await cache.reconfigure({ plugins: [load] }).catch((error) => error)
await cache.getOrSet('user:42', () => 'ann', { ttl: '5m' })
const before = await cache.get('user:42')
clock.advance(5 * 60_000 + 1)
console.log(before, await cache.get('user:42'), failed.code, failed.message)
await cache.close()
`

const optionalPeers: readonly string[] = Object.entries(manifest.peerDependenciesMeta ?? {})
  .filter(([, { optional }]) => optional)
  .map(([name]) => name)

function withTypes(peers: readonly string[]): string[] {
  return peers.flatMap((name) => [name, ...(PEERS[name]?.types ?? [])])
}

function isFound(name: string, folder: string): boolean {
  try {
    createRequire(join(folder, 'node_modules', manifest.name, 'package.json')).resolve(name)
    return true
  } catch {
    return false
  }
}

/** Checks types with the strictest reading of declarations; all that the compiler says. */
async function compilerSays(folder: string, entries: readonly string[]): Promise<string> {
  const imports = entries.map((name, i) => `import * as m${i} from '${name}'\nvoid m${i}\n`)
  writeFileSync(join(folder, 'types.ts'), imports.join(''))
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const settings = ['--strict', '--skipLibCheck', 'false', '--module', 'node20', '--target', 'es2023']
  const args = [compiler, '--noEmit', ...settings, '--types', 'node', 'types.ts']
  return (await runNode(args, folder)).output
}

describe('optional peers', function () {
  this.timeout(60_000)

  it('are all peers there are, and each has its tests', () => {
    expect(optionalPeers).to.have.members(Object.keys(manifest.peerDependencies ?? {}))
    expect(Object.keys(PEERS)).to.have.members(optionalPeers)
    expect(modules).to.include.members(Object.values(PEERS).flatMap(({ entries }) => entries))
  })

  it('are needed by nothing but their adapters: without any of them the rest works', () => {
    const folder = install()
    for (const name of optionalPeers) expect(isFound(name, folder), name).to.equal(false)
    writeFileSync(join(folder, 'program.mjs'), WITHOUT_PEERS)
    const printed = run(process.execPath, ['program.mjs'], folder)
    expect(printed).to.match(/^ann undefined HITHERTO_PACKAGE_MISSING /)
    expect(printed).to.include('npm install redis-like-client')
  })

  for (const absent of optionalPeers) {
    describe(`without ${absent}`, () => {
      const others = optionalPeers.filter((name) => name !== absent)
      const own = PEERS[absent]?.entries ?? []
      let folder: string

      before(() => {
        folder = install(['@types/node', ...withTypes(others)])
        expect(isFound(absent, folder)).to.equal(false)
        for (const name of others) expect(isFound(name, folder), name).to.equal(true)
      })

      it('loads every entry, that of the peer, too: the application hands its framework over', () => {
        const names = JSON.stringify(modules)
        const imported = `for (const name of ${names}) console.log(Object.keys(await import(name)).length > 0)`
        const required = `for (const name of ${names}) console.log(Object.keys(require(name)).length > 0)`
        const all = 'true\n'.repeat(modules.length)
        expect(run(process.execPath, ['--input-type=module', '-e', imported], folder)).to.equal(all)
        expect(run(process.execPath, ['--input-type=commonjs', '-e', required], folder)).to.equal(all)
      })

      for (const name of others) {
        it(`serves ${name} from the cache`, () => {
          writeFileSync(join(folder, `${name}.mjs`), PEERS[name]?.program ?? '')
          expect(run(process.execPath, [`${name}.mjs`], folder)).to.equal('call 1\n')
        })
      }

      it('has types for all other entries', async () => {
        const entries = modules.filter((name) => !own.includes(name))
        expect(await compilerSays(folder, entries)).to.equal('')
      })

      it('names it in the one error that its own types give', async () => {
        for (const entry of own) {
          const errors = (await compilerSays(folder, [entry])).match(/error TS\d+: .*/g) ?? []
          expect(errors.length, entry).to.be.above(0)
          for (const error of errors) expect(error).to.match(new RegExp(`TS(?:2307|2664): .*'${absent}'`))
        }
      })
    })
  }
})
