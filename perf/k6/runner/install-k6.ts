import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findK6, K6MissingError, ownFolder } from './find-k6.ts'

const source = 'go.k6.io/k6@latest'

/** What to do without k6. */
export const howToGetK6: string = `k6 was not found: not in K6, on the PATH, in .k6/ or in ~/go/bin. With Go (https://go.dev/dl) installed

  npm run perf:k6 -- --install     # into .k6/, or, for all projects:
  go install ${source}

compiles it in some minutes. Other ways: https://grafana.com/docs/k6/latest/set-up/install-k6/`

/**
 * Installs k6 into `.k6/`. npm has no k6 (the package of that name is empty), Debian neither; Go has it, as source.
 * What Go keeps in its own caches makes the next install, in another checkout, one of seconds.
 */
export async function installK6(env: NodeJS.ProcessEnv): Promise<string> {
  const go = spawn('go', ['install', source], { stdio: 'inherit', env: { ...env, GOBIN: ownFolder } })
  const code = await once(go, 'exit').then(
    ([exit]) => exit as number | null,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new K6MissingError(`${howToGetK6}\n\nGo is not on the PATH either.`)
      throw error
    },
  )
  const k6 = findK6({ ...env, K6: '' })
  if (code !== 0 || k6 === undefined)
    throw new K6MissingError(`go install ${source} failed, exit code ${code}.`)
  return k6
}
