import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { newFolder, packedPackage, ROOT, run } from './packed-package.ts'

/**
 * The NestJS example as a user has it: installed from the registry beside the packed package, compiled, and asked over
 * HTTP. NestJS is in no manifest of this project. Run it after a build (the gate and `npm run test:package` do).
 */
const EXAMPLE: string = join(ROOT, 'docs', 'examples', 'nestjs')

/** Asks the application in its own process, and prints what it answered. */
const DRIVER = `
import { createApp } from './dist/app.js'
const app = await createApp()
await app.init()
const server = app.getHttpAdapter().getInstance()
await server.ready()
const answers = {}
async function ask(name, method, url, { headers, body } = {}) {
  const answer = await server.inject({ method, url, headers, ...(body && { payload: body }) })
  const { payload } = await server.inject('/users/reads')
  answers[name] = { status: answer.statusCode, body: answer.payload, ...JSON.parse(payload) }
}
await ask('page', 'GET', '/users/1')
await ask('pageAgain', 'GET', '/users/1')
await ask('pageForOne', 'GET', '/users/1', { headers: { authorization: 'Bearer x' } })
await ask('missing', 'GET', '/users/2')
await ask('first', 'GET', '/users/first')
await ask('firstAgain', 'GET', '/users/first')
await ask('second', 'GET', '/users/second')
await ask('secondAgain', 'GET', '/users/second')
await ask('save', 'PUT', '/users/1', { body: { name: 'eve' } })
await ask('pageAfterSave', 'GET', '/users/1')
await ask('pageAfterSaveAgain', 'GET', '/users/1')
await ask('remove', 'DELETE', '/users/1')
await ask('pageAfterRemove', 'GET', '/users/1')
await app.close()
console.log(JSON.stringify(answers))
`

interface Answer {
  readonly status: number
  readonly body: string
  /** How often the service has read its source, and the controller handled a request, so far. */
  readonly reads: number
  readonly handled: number
}

describe('the NestJS example', function () {
  this.timeout(180_000)
  let answers: Readonly<Record<string, Answer>>

  before(() => {
    const folder = newFolder('nestjs')
    cpSync(EXAMPLE, folder, { recursive: true, filter: (path) => !/[\\/](?:node_modules|dist)$/.test(path) })
    const install = [
      'install',
      '--omit=dev',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
    ]
    run('npm', [...install, packedPackage().tarball], folder)
    cpSync(join(ROOT, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'), {
      recursive: true,
    })
    cpSync(join(ROOT, 'node_modules/undici-types'), join(folder, 'node_modules/undici-types'), {
      recursive: true,
    })
    run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'], folder)
    writeFileSync(join(folder, 'driver.mjs'), DRIVER)
    answers = JSON.parse(run(process.execPath, ['driver.mjs'], folder))
  })

  const answer = (name: string): Answer => answers[name] as Answer
  const work = ({ reads, handled }: Answer): { reads: number; handled: number } => ({ reads, handled })

  it('answers a marked handler from the cache, through the interceptor', () => {
    expect(answer('page')).to.deep.equal({
      status: 200,
      body: '{"title":"This is ann"}',
      reads: 1,
      handled: 1,
    })
    expect(answer('pageAgain')).to.deep.equal(answer('page'))
  })

  it('leaves requests of one person to the handler, which has its cached service', () => {
    expect(work(answer('pageForOne'))).to.deep.equal({ reads: 1, handled: 2 })
  })

  it('does not store what a handler throws', () => {
    expect(answer('missing').status).to.equal(404)
    expect(work(answer('missing'))).to.deep.equal({ reads: 2, handled: 3 })
  })

  it('has routes with @Cached above and below those of NestJS', () => {
    for (const [name, handled] of [
      ['first', 4],
      ['second', 5],
    ] as const) {
      expect(answer(name)).to.deep.equal({ status: 200, body: '{"id":1,"name":"ann"}', reads: 2, handled })
      expect(answer(`${name}Again`)).to.deep.equal(answer(name))
    }
  })

  it('shows at once what @CachePut has stored, on the page that was made from the old answer, too', () => {
    expect(answer('save').status).to.equal(200)
    const page = answer('pageAfterSave')
    expect(page).to.deep.equal({ status: 200, body: '{"title":"This is eve"}', reads: 2, handled: 6 })
    expect(answer('pageAfterSaveAgain')).to.deep.equal(page)
  })

  it('shows nothing that @CacheEvict has evicted', () => {
    expect(answer('remove').status).to.equal(200)
    expect(answer('pageAfterRemove').status).to.equal(404)
  })
})
