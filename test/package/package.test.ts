import { spawnSync } from 'node:child_process'
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
import { expect } from 'chai'

/**
 * The package as others get it: packed, unpacked beside nothing but its runtime dependencies, and then imported and
 * required by each of its names. No framework and no client is there, so an import of one at load time fails here.
 * Run it after a build (the gate and `npm run test:package` do).
 */
const ROOT: string = join(import.meta.dirname, '..', '..')

interface Manifest {
  readonly name: string
  readonly exports?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** The folder of a dependency as Node finds it from the folder of who asks for it. */
function findPackage(name: string, from: string): string {
  const folder = join(from, 'node_modules', name)
  if (existsSync(folder)) return folder
  if (from === ROOT || from === dirname(from)) throw new Error(`${name} is not installed`)
  return findPackage(name, dirname(from))
}

/** The runtime dependencies with all that they depend on: name -> folder. */
function runtimeDependencies(folder: string, found: Map<string, string> = new Map()): Map<string, string> {
  for (const name of Object.keys(readManifest(folder).dependencies ?? {})) {
    if (found.has(name)) continue
    const dependency = findPackage(name, folder)
    found.set(name, dependency)
    runtimeDependencies(dependency, found)
  }
  return found
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${error?.message ?? `${stdout}${stderr}`}`)
  return stdout
}

describe('the packed package', function () {
  this.timeout(60_000)

  const manifest = readManifest(ROOT)
  const dependencies = runtimeDependencies(ROOT)
  const names = Object.keys(manifest.exports ?? {}).map((subpath) => `${manifest.name}${subpath.slice(1)}`)
  const modules = names.filter((name) => !name.endsWith('.json'))
  let folder: string
  let packed: readonly string[]

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'hitherto-package-'))
    const [tarball] = JSON.parse(
      run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT),
    )
    packed = tarball.files.map((file: { readonly path: string }) => file.path)
    const installed = join(folder, 'node_modules', manifest.name)
    mkdirSync(installed, { recursive: true })
    run('tar', ['-xzf', join(folder, tarball.filename), '-C', installed, '--strip-components=1'], folder)
    for (const [name, source] of dependencies) {
      cpSync(source, join(folder, 'node_modules', name), { recursive: true })
    }
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  })

  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('has names to import', () => {
    expect(modules).to.include.members([
      'hitherto',
      'hitherto/express',
      'hitherto/fastify',
      'hitherto/testing',
    ])
  })

  for (const name of modules) {
    it(`imports ${name} in an ES module`, () => {
      const code = `const m = await import(${JSON.stringify(name)}); console.log(Object.keys(m).length)`
      expect(Number(run(process.execPath, ['--input-type=module', '-e', code], folder))).to.be.above(0)
    })

    it(`requires ${name} in a CommonJS module`, () => {
      const code = `console.log(Object.keys(require(${JSON.stringify(name)})).length)`
      expect(Number(run(process.execPath, ['--input-type=commonjs', '-e', code], folder))).to.be.above(0)
    })
  }

  it('gives createCache to both kinds of module, from one copy', () => {
    const code = [
      `import { createRequire } from 'node:module'`,
      `const imported = await import('hitherto')`,
      `const required = createRequire(import.meta.url)('hitherto')`,
      `console.log(typeof imported.createCache, imported.createCache === required.createCache)`,
    ].join('\n')
    writeFileSync(join(folder, 'both.mjs'), code)
    expect(run(process.execPath, ['both.mjs'], folder).trim()).to.equal('function true')
  })

  it('holds the build, the documents and nothing else', () => {
    const foreign = packed.filter(
      (path) =>
        !/^(?:dist\/(?:src|plugins|adapters|test\/contracts)\/|docs\/|(?:package\.json|[A-Z]+(?:\.md)?)$)/.test(
          path,
        ),
    )
    expect(foreign).to.deep.equal([])
    expect(
      packed.filter((path) => path.startsWith('dist/') && !/\.(?:js|js\.map|d\.ts)$/.test(path)),
    ).to.deep.equal([])
    expect(packed).to.include.members(['LICENSE', 'README.md', 'CHANGELOG.md', 'SECURITY.md'])
    for (const target of Object.values(manifest.exports ?? {})) expect(packed).to.include(target.slice(2))
  })

  it('runs nothing when it is installed, nor does a runtime dependency', () => {
    expect([...dependencies.keys()]).to.include.members(Object.keys(manifest.dependencies ?? {}))
    for (const source of [ROOT, ...dependencies.values()]) {
      const atInstall = Object.keys(readManifest(source).scripts ?? {}).filter((name) =>
        /^(?:pre|post)?install$/.test(name),
      )
      expect(atInstall, source).to.deep.equal([])
      expect(existsSync(join(source, 'binding.gyp')), source).to.equal(false)
    }
    expect(readManifest(ROOT).scripts).to.not.have.property('prepare')
  })

  it('declares types that a strict consumer can check, in both kinds of module', () => {
    const imports = modules
      .map((name, index) => `import * as m${index} from '${name}'\nvoid m${index}`)
      .join('\n')
    for (const name of ['@types', 'fastify'])
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name))
    writeFileSync(join(folder, 'consumer.mts'), imports)
    writeFileSync(join(folder, 'consumer.cts'), imports)
    expect(run(process.execPath, tscArguments(), folder)).to.equal('')
  })
})

function tscArguments(): string[] {
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  return [
    compiler,
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    'false',
    '--module',
    'node20',
    '--target',
    'es2023',
    'consumer.mts',
    'consumer.cts',
  ]
}
