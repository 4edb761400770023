import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * The package as others get it, packed once for all tests of one run, and installations of it without a registry.
 * Build first: the gate and `npm run test:package` do.
 */
export const ROOT: string = join(import.meta.dirname, '..', '..')

/** Compilers and checkers that scripts/package-tools.mjs has installed. */
export const TOOLS: string = join(import.meta.dirname, 'tools')

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly exports?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

export interface Packed {
  /** The path of the tarball. */
  readonly tarball: string
  /** The paths in it. */
  readonly files: readonly string[]
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

export const manifest: Manifest = readManifest(ROOT)

/** All names that can be imported, those of JSON files apart. */
export const modules: readonly string[] = Object.keys(manifest.exports ?? {})
  .filter((subpath) => !subpath.endsWith('.json'))
  .map((subpath) => `${manifest.name}${subpath.slice(1)}`)

/** What a program prints. @throws with all that it printed when it fails */
export function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${error?.message ?? `${stdout}${stderr}`}`)
  return stdout
}

/** The exit code and all output of a Node program, which can run beside others. */
export function runNode(
  args: readonly string[],
  cwd: string,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.on('error', reject).on('close', (code) => resolve({ code, output }))
  })
}

let scratch: string | undefined

/** A new folder that is gone when the tests are over. */
export function newFolder(name: string): string {
  if (scratch === undefined) {
    const created = mkdtempSync(join(tmpdir(), 'hitherto-package-'))
    process.on('exit', () => rmSync(created, { recursive: true, force: true }))
    scratch = created
  }
  return mkdtempSync(join(scratch, `${name}-`))
}

let packed: Packed | undefined

export function packedPackage(): Packed {
  if (packed === undefined) {
    const folder = newFolder('tarball')
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
    const [{ filename, files }] = JSON.parse(run('npm', args, ROOT))
    packed = {
      tarball: join(folder, filename),
      files: files.map((file: { readonly path: string }) => file.path),
    }
  }
  return packed
}

/** The folder of a dependency as Node finds it from the folder of who asks for it. */
function findPackage(name: string, from: string): string {
  const folder = join(from, 'node_modules', name)
  if (existsSync(folder)) return folder
  if (from === ROOT || from === dirname(from)) throw new Error(`${name} is not installed`)
  return findPackage(name, dirname(from))
}

/** The runtime dependencies with all that they depend on: name -> folder. */
export function runtimeDependencies(
  folder: string = ROOT,
  found: Map<string, string> = new Map(),
): ReadonlyMap<string, string> {
  for (const name of Object.keys(readManifest(folder).dependencies ?? {})) {
    if (found.has(name)) continue
    const dependency = findPackage(name, folder)
    found.set(name, dependency)
    runtimeDependencies(dependency, found)
  }
  return found
}

/**
 * Installs the packed package in a new folder of an ES module project, beside copies of its runtime dependencies, so
 * that none of these can see what this project has installed. `beside` is linked, and does see it.
 */
export function install(beside: readonly string[] = []): string {
  const folder = newFolder('installed')
  const target = join(folder, 'node_modules', manifest.name)
  mkdirSync(target, { recursive: true })
  run('tar', ['-xzf', packedPackage().tarball, '-C', target, '--strip-components=1'], folder)
  for (const [name, source] of runtimeDependencies()) {
    cpSync(source, join(folder, 'node_modules', name), { recursive: true })
  }
  for (const name of beside) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(findPackage(name, ROOT), link, 'junction')
  }
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  return folder
}
