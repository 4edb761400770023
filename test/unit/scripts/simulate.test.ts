import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { simulateCommand } from '../../../scripts/simulate/index.ts'

describe('the command simulate', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'hitherto-simulate-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const run = async (...args: string[]) => {
    const printed: string[] = []
    const complaints: string[] = []
    const code = await simulateCommand(args, {
      print: (text) => printed.push(text),
      complain: (text) => complaints.push(text),
    })
    return { code, printed: printed.join('\n'), complaints: complaints.join('\n') }
  }
  const loop = Array.from({ length: 400 }, (_, i) => `key-${i % 20}`).join('\n')

  it('prints a table for each trace and a summary of all', async () => {
    const path = file('loop.txt', loop)
    const { code, printed } = await run(path, path, '--sizes', '50%,20', '--strategies', 'lru,lirs')
    expect(code).to.equal(0)
    expect(printed).to.include('400 accesses, 20 distinct keys')
    expect(printed).to.match(/^50% +10 +47\.5 +0\.0 +42\.\d\*$/m)
    expect(printed).to.match(/^20 +20 +95\.0 +95\.0\* +95\.0\*$/m)
    expect(printed).to.match(/^lirs +\d+\.\d +0\.950 +\d\.\d{3} +0\.0$/m)
  })

  it('runs all strategies that a trace can tell apart by default, at three sizes', async () => {
    const { printed } = await run(file('loop.txt', loop))
    expect(printed).to.match(/^size +entries +optimum +lru .* w-tinylfu +auto$/m)
    expect(printed).not.to.match(/ ttl /)
    for (const size of ['1%', '5%', '20%']) expect(printed).to.match(new RegExp(`^${size} `, 'm'))
  })

  it('runs auto like any other, with the candidates it has in a cache', async () => {
    const lines = Array.from({ length: 6_000 }, (_, i) => `key-${i % 60}`).join('\n')
    const { printed } = await run(file('long.txt', lines), '--sizes', '20', '--strategies', 'lru,auto')
    const [lru, auto] = (/^20 +20 +\S+ +(\S+) +(\S+)\*$/m.exec(printed) ?? []).slice(1).map(Number)
    expect(lru).to.equal(0)
    expect(auto).to.be.above(20)
  })

  it('reads gzipped files and access logs, and writes JSON', async () => {
    const log = Array.from({ length: 40 }, (_, i) => `::1 - - [now] "GET /${i % 4} HTTP/1.1" 200 1`)
    const path = file('access.log.gz', gzipSync([...log, 'broken'].join('\n')))
    const json = join(folder, 'out.json')
    const { complaints } = await run(path, '--sizes', '4', '--strategies', 'lru', '--json', json)
    expect(complaints).to.include('1 lines are no GET or HEAD request')
    expect(JSON.parse(readFileSync(json, 'utf8'))).to.deep.equal([
      {
        trace: 'access.log.gz',
        sizes: [{ size: '4', capacity: 4, optimum: 0.9, hitRatios: { lru: 0.9 } }],
      },
    ])
  })

  it('says in one line what is wrong with the command line, and how it is used', async () => {
    const path = file('loop.txt', loop)
    const faults: readonly (readonly [string[], RegExp])[] = [
      [[], /^No trace was named\.[\s\S]*Usage: npm run simulate/],
      [[join(folder, 'absent')], /^The trace .*absent cannot be read: there is no such file\.$/],
      [[folder], /^The trace .* cannot be read: it is a folder\.$/],
      [[path, '--json', join(folder, 'absent', 'out.json')], /^--json: .*out\.json cannot be written/],
      [[path, '--sizes', '2', '--curve'], /^--sizes and --curve both say which sizes\./],
      [[path, '--sizes', '0%'], /^--sizes: 0% is not above 0%/],
      [[path, '--sizes', '5%,150%'], /^--sizes: 150% is not above 0% and at most 100%/],
      [[path, '--sizes', ','], /^--sizes names no size/],
      [[path, '--sizes', '0'], /^sizes: "0" is no size/],
      [[path, '--strategies', 'lrru'], /no strategy named "lrru"\. Did you mean "lru"/],
      [[path, '--strategies', 'constructor'], /no strategy named "constructor"/],
      [[path, '--sizes', '5x'], /^sizes: "5x" is no size/],
      [[path, '--format', 'xml'], /--format must be u32, keys, log/],
      [[path, '--what'], /Unknown option '--what'/],
    ]
    for (const [args, message] of faults) {
      const { code, complaints } = await run(...args)
      expect(complaints).to.match(message)
      expect(code).to.equal(2)
    }
  })

  it('shows its usage on --help', async () => {
    expect((await run('--help')).printed).to.match(/^Usage: npm run simulate/)
  })

  it('has a curve of sizes', async () => {
    const { printed } = await run(file('loop.txt', loop), '--curve', '--strategies', 'lru')
    expect(printed.match(/^[\d.]+% /gm)).to.have.lengthOf(10)
  })
})
