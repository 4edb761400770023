import { accessSync, constants, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const program = process.platform === 'win32' ? 'k6.exe' : 'k6'

/** Where the runner's own k6 goes: in the checkout, ignored by git. */
export const ownFolder: string = join(import.meta.dirname, '..', '..', '..', '.k6')

/** There is no k6; the message says how to get it. */
export class K6MissingError extends Error {
  override readonly name = 'K6MissingError'
}

/**
 * The k6 to run: the one that `K6` names, else the first on the PATH, in `.k6/`, or where `go install` puts programs.
 * `undefined` without any. Throws `K6MissingError` when `K6` names no program: taking another would hide the mistake.
 */
export function findK6(env: NodeJS.ProcessEnv, own: string = ownFolder): string | undefined {
  if (env.K6) {
    if (isProgram(env.K6)) return env.K6
    throw new K6MissingError(
      `K6 is set to ${env.K6}, which is no program. Unset it, or set it to the path of k6.`,
    )
  }
  return foldersOf(env, own)
    .map((folder) => join(folder, program))
    .find(isProgram)
}

function foldersOf(env: NodeJS.ProcessEnv, own: string): string[] {
  const path = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '')
  const goPath = env.GOPATH?.split(delimiter)[0] || join(env.HOME || homedir(), 'go')
  return [...path, own, ...(env.GOBIN ? [env.GOBIN] : []), join(goPath, 'bin')]
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
