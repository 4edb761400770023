/**
 * Completes package-lock.json with the platform packages that npm left out.
 *
 * A registry mirror that holds packages for one platform only answers 404 for the others, and `npm install` then
 * writes a lock without them. `npm ci` compares the lock with each `optionalDependencies` list, finds them
 * missing and refuses to run. The missing stanzas follow from the package that asks for them (exact version)
 * and from the platform in the name, so they can be added without the registry. They carry no `integrity`;
 * `npm install` on a full registry adds it.
 *
 * Usage: node scripts/complete-lockfile.mjs [--check]
 * `--check` changes nothing and fails when the lock is not complete.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const lockPath = new URL('../package-lock.json', import.meta.url)
const OPERATING_SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'sunos',
  'win32',
]
const PROCESSORS = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
]
const EXACT_VERSION = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/

/** `@biomejs/cli-linux-x64-musl` -> { os: ['linux'], cpu: ['x64'], libc: ['musl'] }; undefined for another kind of name. */
function platformOf(name, hasMuslTwin) {
  const words = name.split(/[-/]/)
  const os = words.find((word) => OPERATING_SYSTEMS.includes(word))
  const cpu = words.find((word) => PROCESSORS.includes(word))
  if (os === undefined || cpu === undefined) return undefined
  const libc = words.includes('musl') ? 'musl' : os === 'linux' && hasMuslTwin ? 'glibc' : undefined
  return { os: [os], cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }) }
}

/** The place npm would look a dependency up from `parent`: the nearest node_modules that has it, else the root. */
function isLocked(packages, parent, name) {
  for (
    let folder = parent;
    folder !== '';
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))
  ) {
    if (packages[`${folder}/node_modules/${name}`] !== undefined) return true
    if (!folder.includes('/node_modules/')) break
  }
  return packages[`node_modules/${name}`] !== undefined
}

function stanza(parent, name, version, siblings) {
  const platform = platformOf(name, siblings.includes(`${name}-musl`))
  if (platform === undefined || !EXACT_VERSION.test(version)) {
    throw new Error(`Cannot derive a lock stanza for ${name}@${version}: run npm install on a full registry.`)
  }
  const { license, engines, dev } = parent
  return {
    version,
    cpu: platform.cpu,
    ...(dev ? { dev } : {}),
    ...(platform.libc ? { libc: platform.libc } : {}),
    ...(license ? { license } : {}),
    optional: true,
    os: platform.os,
    ...(engines ? { engines } : {}),
  }
}

function missingStanzas(packages) {
  const missing = {}
  for (const [path, entry] of Object.entries(packages)) {
    const wanted = entry.optionalDependencies ?? {}
    for (const [name, version] of Object.entries(wanted)) {
      if (isLocked(packages, path, name)) continue
      missing[`node_modules/${name}`] = stanza(entry, name, version, Object.keys(wanted))
    }
  }
  return missing
}

const lock = JSON.parse(readFileSync(lockPath, 'utf8'))
const missing = missingStanzas(lock.packages)
const names = Object.keys(missing)

if (names.length === 0) {
  console.log('package-lock.json is complete')
} else if (process.argv.includes('--check')) {
  console.error(`package-lock.json lacks ${names.join(', ')}. Run: npm run lockfile`)
  process.exitCode = 1
} else {
  const sorted = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => a.localeCompare(b, 'en'))
  lock.packages = Object.fromEntries(sorted)
  writeFileSync(lockPath, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`Added ${names.join(', ')}`)
}
