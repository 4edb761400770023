import { strict as assert } from 'node:assert'
import { request as httpRequest } from 'node:http'
import { Readable } from 'node:stream'
import { ask, assertHit, assertMiss, statusOf, until } from './http-adapter-client.ts'
import type { ContractHandler, ContractHeaders, HttpAdapterDriver } from './http-adapter-driver.ts'
import { countedPage, FRESH, serving } from './http-adapter-pages.ts'
import { type Random, seededRandom } from './random.ts'
import type { TestRunner } from './runner.ts'

const MIB = 1024 * 1024

/** The ways in which handlers send the same bytes. */
const WAYS: readonly (readonly [string, (parts: readonly Buffer[]) => ContractHandler])[] = [
  ['at once', (parts) => (_, response) => response.head(200, FRESH).send(Buffer.concat(parts))],
  [
    'as a string',
    (parts) => (_, response) => response.head(200, FRESH).send(Buffer.concat(parts).toString('latin1')),
  ],
  ['from a stream', (parts) => (_, response) => response.head(200, FRESH).pipe(Readable.from(parts))],
  [
    'in pieces with pauses',
    (parts) => async (_, response) => {
      response.head(200, FRESH)
      for (const part of parts) {
        response.write(part)
        await new Promise((resolve) => setImmediate(resolve))
      }
      response.end()
    },
  ],
]

/** The bytes of answers: kept as they were, or not at all. */
export function bodyRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)

  describe('a body', () => {
    for (const [way, handlerOf] of WAYS) {
      it(
        `sent ${way} is the same on a hit, whatever its bytes`,
        on(
          [
            {
              path: '/page',
              handler: (request, response) =>
                handlerOf(partsOf(seededRandom(seedOf(request.url))))(request, response),
            },
          ],
          {},
          async ({ origin }) => {
            for (let seed = 1; seed <= 15; seed++) {
              const miss = await ask(origin, `/page?${seed}`)
              const hit = await ask(origin, `/page?${seed}`)
              assertMiss(miss)
              assertHit(hit)
              assert.ok(hit.body.equals(miss.body), `seed ${seed}`)
              assert.equal(hit.headers['content-length'], String(miss.body.length))
              assert.equal(hit.headers['content-type'], miss.headers['content-type'])
            }
          },
        ),
      )
    }

    const kinds: readonly (readonly [number, ContractHeaders])[] = [
      [200, FRESH],
      [204, FRESH],
      [301, { ...FRESH, location: '/new' }],
      [404, FRESH],
      [410, FRESH],
    ]
    for (const [status, headers] of kinds) {
      it(
        `that is empty is kept with status ${status}`,
        on(
          [{ path: '/page', handler: (_, response) => response.head(status, headers).send() }],
          {},
          async ({ origin }) => {
            const miss = await ask(origin, '/page')
            const hit = await ask(origin, '/page')
            assertHit(hit)
            assert.equal(hit.status, status)
            assert.equal(hit.body.length, 0)
            assert.equal(hit.headers.location, headers.location)
            assert.equal(hit.headers['content-type'], miss.headers['content-type'])
            if (status === 204) assert.equal(hit.headers['content-length'], undefined)
          },
        ),
      )
    }

    it(
      'is kept as it was sent, although the handler uses its buffer again',
      on(
        [
          {
            path: '/page',
            handler(_, response) {
              const buffer = Buffer.from('what was sent')
              response.head(200, FRESH).send(buffer)
              setImmediate(() => buffer.fill('!'))
            },
          },
        ],
        {},
        async ({ origin }) => {
          assert.equal((await ask(origin, '/page')).text, 'what was sent')
          await until(() => true, 'the buffer was overwritten')
          const hit = await ask(origin, '/page')
          assertHit(hit)
          assert.equal(hit.text, 'what was sent')
        },
      ),
    )

    it(
      'that is small does not keep a larger buffer alive',
      on(
        [{ path: '/page', handler: (_, response) => response.head(200, FRESH).send(Buffer.from('tiny')) }],
        {},
        async (server) => {
          const kept: { body: Buffer }[] = []
          await server.cache.reconfigure({
            plugins: [
              {
                name: 'look',
                start: (host) => host.hook('store', ({ value }) => void kept.push(value as { body: Buffer })),
              },
            ],
          })
          await ask(server.origin, '/page')
          assert.equal(kept.length, 1)
          assert.equal(kept[0]?.body.toString(), 'tiny')
          assert.equal(kept[0]?.body.buffer.byteLength, 4)
        },
      ),
    )

    it(
      'longer than maxBodySize passes through as it is and is not stored',
      on(
        [
          {
            path: '/whole',
            handler: (_, response) => response.head(200, FRESH).send(Buffer.alloc(2 * MIB, 'a')),
          },
          {
            path: '/piped',
            handler: (_, response) =>
              response
                .head(200, FRESH)
                .pipe(Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(MIB / 32, 'b')))),
          },
        ],
        { mount: { maxBodySize: '1mb' } },
        async ({ origin, cache }) => {
          for (const [path, letter] of [
            ['/whole', 'a'],
            ['/piped', 'b'],
          ] as const) {
            for (let i = 0; i < 2; i++) {
              const answer = await ask(origin, path)
              assertMiss(answer)
              assert.ok(answer.body.equals(Buffer.alloc(2 * MIB, letter)))
            }
          }
          assert.equal(cache.stats().entries, 0)
        },
      ),
    )

    const page = (length: number, headers: ContractHeaders = {}): ContractHandler => {
      const head = { ...FRESH, ...headers, 'content-length': String(length) }
      return (_, response) => response.head(200, head).send('a'.repeat(length))
    }
    const pieces = Array.from({ length: 6 }, () => Buffer.alloc(1_000, 'c'))
    const piped =
      (headers: ContractHeaders): ContractHandler =>
      (_, response) =>
        response.head(200, { ...FRESH, ...headers }).pipe(Readable.from(pieces))
    it(
      'of known length that is too long for an entry of the cache, or for maxBodySize, is not said to be stored',
      on(
        [
          { path: '/whole', handler: page(6_000) },
          { path: '/policy', handler: page(3_000), cache: { maxBodySize: 2_999 } },
          { path: '/head', handler: page(2_000, { 'x-long': 'x'.repeat(3_000) }) },
          { path: '/said', handler: piped({ 'content-length': '6000' }) },
          { path: '/piped', handler: piped({}) },
          { path: '/short', handler: page(3_000) },
        ],
        { cache: { maxEntrySize: 5_000 } },
        async ({ origin, cache }) => {
          for (const path of ['/whole', '/policy', '/head', '/said'])
            assert.match(statusOf(await ask(origin, path)), /; fwd=uri-miss; detail=too-large$/, path)
          assert.equal((await ask(origin, '/piped')).body.length, 6_000)
          // Nothing was offered to the store.
          assert.equal(cache.stats().notStored, 0)
          await ask(origin, '/short')
          assertHit(await ask(origin, '/short'))
        },
      ),
    )

    it(
      'with a long head is kept with it',
      on(
        [{ path: '/page', handler: countedPage({ ...FRESH, 'x-long': 'x'.repeat(12_000) }).handler }],
        {},
        async ({ origin }) => {
          await ask(origin, '/page')
          const hit = await ask(origin, '/page')
          assertHit(hit)
          assert.equal(hit.headers['x-long'], 'x'.repeat(12_000))
        },
      ),
    )

    let held = 0
    it(
      'for a slow reader waits for it, and is kept whole',
      on(
        [
          {
            path: '/page',
            async handler(_, response) {
              response.head(200, FRESH)
              for (let i = 0; i < 64; i++) {
                if (response.write(Buffer.alloc(MIB / 16, i))) continue
                held += 1
                await response.drained()
              }
              response.end()
            },
          },
        ],
        {},
        async ({ origin }) => {
          const slow = await readSlowly(origin, '/page', () => held > 0)
          const expected = Buffer.concat(Array.from({ length: 64 }, (_, i) => Buffer.alloc(MIB / 16, i)))
          assert.ok(slow.equals(expected))
          const hit = await ask(origin, '/page')
          assertHit(hit)
          assert.ok(hit.body.equals(expected))
        },
      ),
    )
  })
}

function seedOf(url: string): number {
  return Number(url.split('?')[1])
}

/** Up to eight parts, some of them empty, up to 100 kB together. */
function partsOf(random: Random): Buffer[] {
  return Array.from({ length: random.below(8) }, () => {
    const length = random.pick([0, 1, 10, 1_000, 20_000])
    return Buffer.from(Array.from({ length }, () => random.below(256)))
  })
}

/** Reads nothing until the sender has been held up, then everything. */
function readSlowly(origin: string, path: string, heldUp: () => boolean): Promise<Buffer> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, agent: false }, async (response) => {
      response.pause()
      await until(heldUp, 'the sender is held up')
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks)))
      response.resume()
    })
    request.on('error', reject)
    request.end()
  })
}
