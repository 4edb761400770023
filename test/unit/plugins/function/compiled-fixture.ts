import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
// Loaded before any test, because a dependency of it (tslib) sets globals that mocha would call a leak.
import '../../../../src/index.ts'

/** The two forms of decorators that TypeScript compiles. */
export type Form = 'standard' | 'legacy'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const compiler = join(root, 'node_modules/typescript/bin/tsc')
const builds = new Map<Form, Promise<string>>()

after(async () => {
  for (const build of builds.values()) {
    const folder = await build.catch(() => undefined)
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
})

/** Loads a module of test/fixtures/decorators, compiled with its types checked, with all that it imports. */
export async function compiledFixture<M>(form: Form, name: string): Promise<M> {
  const build = builds.get(form) ?? compile(form)
  builds.set(form, build)
  return import(pathToFileURL(join(await build, `test/fixtures/decorators/${name}.js`)).href)
}

async function compile(form: Form): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `hitherto-${form}-`))
  const project = join(root, `test/fixtures/decorators/tsconfig.${form}.json`)
  await promisify(execFile)(process.execPath, [compiler, '-p', project, '--outDir', folder]).catch(
    (error) => {
      // It emits what it can. The package itself is for the typecheck; here the uses of the decorators count.
      const faults = `${error.stdout}`.split('\n').filter((line) => /^(?:test|plugins.function)\b/.test(line))
      if (faults.length > 0) throw new Error(`${form}: ${faults.join('\n')}`)
    },
  )
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  return folder
}
