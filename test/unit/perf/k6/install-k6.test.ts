import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect } from 'chai'
import { K6MissingError } from '../../../../perf/k6/runner/find-k6.ts'
import { howToGetK6, installK6, pinnedVersion } from '../../../../perf/k6/runner/install-k6.ts'

describe('the installation of k6', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'hitherto-install-k6-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const own = (): string => join(root, 'own')
  /** Nobody's: what this machine has installed must not be found. */
  const environment = (path: string): NodeJS.ProcessEnv => ({ PATH: path, HOME: join(root, 'nobody') })

  /** A program `go` that does this; what it needs is on the PATH of whoever runs the tests. */
  const withGo = (script: string): NodeJS.ProcessEnv => {
    writeFileSync(join(root, 'go'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    return environment([root, '/usr/bin', '/bin'].join(delimiter))
  }

  const leaveProgram = 'mkdir -p "$GOBIN"; echo > "$GOBIN/k6"; chmod +x "$GOBIN/k6"'

  it('lets Go compile the pinned version into a folder of its own', async () => {
    const arguments_ = join(root, 'arguments')
    const env = withGo(`echo "$@" > '${arguments_}'; ${leaveProgram}`)
    expect(await installK6(env, own())).to.equal(join(own(), 'k6'))
    expect(pinnedVersion).to.match(/^v\d+\.\d+\.\d+$/)
    expect(readFileSync(arguments_, 'utf8'))
      .to.match(/^install /)
      .and.to.contain(`go.k6.io/k6@${pinnedVersion}`)
  })

  it('says how to get it where there is no Go', async () => {
    const refusal = await installK6(environment(root), own()).catch((error: Error) => error)
    expect(refusal).to.be.instanceOf(K6MissingError)
    expect((refusal as Error).message)
      .to.contain(howToGetK6)
      .and.to.contain('Go is not on the PATH either.')
    expect(howToGetK6).to.contain('go install go.k6.io/k6@latest')
  })

  it('fails when Go fails, or leaves no program', async () => {
    for (const [script, code] of [
      [`${leaveProgram}; exit 2`, 2],
      ['rm -r "$GOBIN"', 0],
    ] as const) {
      const refusal = await installK6(withGo(script), own()).catch((error: Error) => error)
      expect(refusal).to.be.instanceOf(K6MissingError)
      expect((refusal as Error).message).to.contain(`failed, exit code ${code}`)
    }
  })
})
