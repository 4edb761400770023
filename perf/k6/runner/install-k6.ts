import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findK6, K6MissingError, ownFolder } from './find-k6.ts'

/** The k6 that is compiled where there is none, in CI too. One that is found is taken as it is. */
export const pinnedVersion = 'v1.8.1'

const source = `go.k6.io/k6@${pinnedVersion}`

/** Nobody debugs k6 here, and it is compiled while others wait: no C, no symbols. */
const quickly = { flags: ['-ldflags=-s -w', '-gcflags=all=-dwarf=false'], env: { CGO_ENABLED: '0' } }

/** What to do without k6. */
export const howToGetK6: string = `k6 was not found: not in K6, on the PATH, in .k6/ or in ~/go/bin. With Go (https://go.dev/dl) installed

  npm run perf:k6 -- --install     # ${pinnedVersion} into .k6/, or, for all projects:
  go install go.k6.io/k6@latest

compiles it in some minutes. Other ways: https://grafana.com/docs/k6/latest/set-up/install-k6/`

/**
 * Installs k6 into `.k6/`. npm has no k6 (the package of that name is empty), Debian neither; Go has it, as source.
 * What Go keeps in its own caches makes the next install, in another checkout, one of seconds.
 */
export async function installK6(env: NodeJS.ProcessEnv, own: string = ownFolder): Promise<string> {
  const go = spawn('go', ['install', ...quickly.flags, source], {
    stdio: 'inherit',
    env: { ...env, ...quickly.env, GOBIN: own },
  })
  const code = await once(go, 'exit').then(
    ([exit]) => exit as number | null,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new K6MissingError(`${howToGetK6}\n\nGo is not on the PATH either.`)
      throw error
    },
  )
  const k6 = findK6({ ...env, K6: '' }, own)
  if (code !== 0 || k6 === undefined)
    throw new K6MissingError(`go install ${source} failed, exit code ${code}.`)
  return k6
}
