import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  install,
  type Manifest,
  manifest,
  modules,
  packedPackage,
  ROOT,
  readManifest,
  run,
  runtimeDependencies,
} from './packed-package.ts'

/** The scripts that npm runs by itself when a package is installed, from the registry or from its repository. */
const AT_INSTALL = /^(?:(?:pre|post)?install|(?:pre|post)?prepare|dependencies)$/

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      { readonly dev?: boolean; readonly devOptional?: boolean; readonly hasInstallScript?: boolean }
    >
  >
}

describe('the packed package', function () {
  this.timeout(60_000)
  let folder: string
  let packed: readonly string[]

  before(() => {
    packed = packedPackage().files
    folder = install()
  })

  it('has names to import', () => {
    expect(modules).to.include.members([
      'hitherto',
      'hitherto/express',
      'hitherto/fastify',
      'hitherto/testing',
    ])
  })

  it('names each of them, without a pattern', () => {
    for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
      expect(subpath).to.match(/^\.(?:\/[a-z.-]+)*$/)
      expect(target).to.match(/^\.\/[\w./-]+\.js(?:on)?$/)
    }
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

  it('keeps its other files to itself', () => {
    const target = 'hitherto/dist/src/create-cache.js'
    expect(packed).to.include(target.slice('hitherto/'.length))
    const code = `await import('${target}').catch((error) => console.log(error.code))`
    expect(run(process.execPath, ['--input-type=module', '-e', code], folder).trim()).to.equal(
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    )
  })

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
    const dependencies = runtimeDependencies()
    expect([...dependencies.keys()]).to.include.members(Object.keys(manifest.dependencies ?? {}))
    const own = readManifest(join(folder, 'node_modules', manifest.name))
    expect(own.version).to.equal(manifest.version)
    expect(scriptsAtInstall(own)).to.deep.equal([])
    for (const [name, source] of dependencies) {
      // `prepare` of a dependency from the registry ran when that was packed.
      const scripts = scriptsAtInstall(readManifest(source)).filter((script) => script.endsWith('install'))
      expect(scripts, name).to.deep.equal([])
      expect(existsSync(join(source, 'binding.gyp')), name).to.equal(false)
    }
    expect(packed).to.not.include('binding.gyp')
  })

  it('runs nothing by the lock file either, which knows what npm would run', () => {
    const lock: Lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
    const installed = Object.entries(lock.packages).filter(([, { dev, devOptional }]) => !dev && !devOptional)
    expect(installed.length).to.equal(1 + runtimeDependencies().size)
    for (const [path, { hasInstallScript }] of installed) expect(hasInstallScript, path).to.equal(undefined)
  })
})

function scriptsAtInstall({ scripts = {} }: Manifest): string[] {
  return Object.keys(scripts).filter((name) => AT_INSTALL.test(name))
}
