import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { RawRun, Variant } from './run.ts'

/** Runs one variant in a process of its own, which is also what lets several run at the same time. */
export function runForked(variant: Variant): Promise<RawRun> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), {
      execArgv: process.execArgv,
      // The suite's origin writes its warnings to stdout; they are wanted only with its dumps.
      stdio: ['ignore', variant.only.length > 0 ? 'inherit' : 'ignore', 'inherit', 'ipc'],
    })
    child.once('message', (run) => resolve(run as RawRun))
    child.once('error', reject)
    child.once('exit', (code) =>
      reject(new Error(`${variant.origin} ended with ${code} before it had reported`)),
    )
    child.send(variant)
  })
}
