import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect } from 'chai'

type Outcome = { readonly code: number; readonly output: string }
type RunOptions = { readonly limitMs?: number; readonly yielding?: boolean }
type Processes = {
  run(command: string, args: readonly string[], options?: RunOptions): Promise<Outcome>
  stopAll(): void
}

const module = new URL('../../../../scripts/gate/processes.mjs', import.meta.url).href

describe('the programs that the gate runs', () => {
  let processes: Processes
  before(async () => {
    processes = (await import(module)) as Processes
  })

  const program = (code: string, options?: RunOptions): Promise<Outcome> =>
    processes.run(process.execPath, ['-e', code], options)

  it('bring their exit code and all that they print', async () => {
    const { code, output } = await program('console.log("out"); console.error("err"); process.exitCode = 3')
    expect(code).to.equal(3)
    expect(output).to.contain('out\n').and.to.contain('err\n')
  })

  it('fail when there is no such program', async () => {
    const { code, output } = await processes.run('no-such-program', [])
    expect(code).to.equal(1)
    expect(output).to.contain('ENOENT')
  })

  it('fail when they take too long, and say so', async () => {
    const { code, output } = await program('setInterval(() => {}, 1000)', { limitMs: 1 })
    expect(code).to.equal(1)
    expect(output).to.contain('Stopped: it ran longer than 0.001 s.')
  })

  it('have a lower priority when they are to yield', async () => {
    const untilLowered = 'until [ "$(nice)" -gt 0 ]; do :; done'
    const { code } = await processes.run('sh', ['-c', untilLowered], { yielding: true })
    expect(code).to.equal(0)
  })

  it('are all ended, with all that they started', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const connecting = JSON.stringify(`net.connect(${port}, '127.0.0.1')`)
    const child = `child_process.spawn(process.execPath, ['-e', ${connecting}], { stdio: 'inherit' })`
    const connected = [once(server, 'connection')]
    const ends = [program(child)]
    const sockets = (await Promise.all(connected)).flat() as Socket[]
    const closed = sockets.map((socket) => once(socket.on('error', () => {}).resume(), 'close'))

    processes.stopAll()

    await Promise.all(closed)
    for (const { code } of await Promise.all(ends)) expect(code).to.equal(1)
    server.close()
  })
})
