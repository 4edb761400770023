import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const SERVER = fileURLToPath(new URL('../../fixtures/server-under-attack.ts', import.meta.url))
const MIB = 1024 * 1024

interface Memory {
  readonly rss: number
  readonly entries: number
  readonly bytes: number
}

/** A server in a process of its own, and clients on a few connections that are kept. */
async function underAttack(
  framework: string,
  attack: (ask: (path: string, headers?: Record<string, string>) => Promise<string>) => Promise<void>,
): Promise<{ before: Memory; after: Memory }> {
  const loader = process.execArgv.some((argument) => argument.includes('tsx')) ? ['--import', 'tsx'] : []
  const child = spawn(process.execPath, [...loader, '--expose-gc', SERVER], {
    env: { ...process.env, FRAMEWORK: framework },
    stdio: ['ignore', 'pipe', 'inherit'],
  }) as ChildProcess & { stdout: NodeJS.ReadableStream }
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  try {
    const [line] = await once(child.stdout, 'data')
    const origin = String(line).trim()
    const ask = (path: string, headers: Record<string, string> = {}): Promise<string> =>
      new Promise((resolve, reject) => {
        request(`${origin}${path}`, { agent, headers }, (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk
          })
          response.on('end', () => resolve(text))
        })
          .on('error', reject)
          .end()
      })
    const memory = async (): Promise<Memory> => JSON.parse(await ask('/memory')) as Memory
    // The code is compiled and the connections are there: what grows from now on is the attack's.
    for (let i = 0; i < 500; i++) await ask('/warm', { 'x-theme': `${i % 5}` })
    const before = await memory()
    await attack(ask)
    return { before, after: await memory() }
  } finally {
    agent.destroy()
    child.kill()
  }
}

async function many(count: number, one: (i: number) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < count; at += 8) {
    await Promise.all(Array.from({ length: Math.min(8, count - at) }, (_, i) => one(at + i)))
  }
}

describe('attacks: resident memory', function () {
  this.timeout(60_000)

  for (const framework of ['express', 'fastify']) {
    it(`a thousand variants of a page and 6,000 keys of 20 kB take less than 100 MiB (${framework})`, async () => {
      const { before, after } = await underAttack(framework, async (ask) => {
        await many(1_000, (i) => ask('/page', { 'x-theme': `${i}${'x'.repeat(1_000)}` }))
        await many(6_000, (i) => ask(`/${i}?${'x'.repeat(20_000)}`))
      })
      expect(after.entries - before.entries).to.be.within(64, 65)
      expect((after.rss - before.rss) / MIB).to.be.lessThan(100)
    })
  }
})
