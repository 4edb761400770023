import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect } from 'chai'
import { findK6, K6MissingError } from '../../../../perf/k6/runner/find-k6.ts'

describe('the search for k6', () => {
  let root: string
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'hitherto-find-k6-'))
  })
  after(() => rmSync(root, { recursive: true, force: true }))

  const own = (): string => join(root, 'own')

  /** Puts a program into a folder of its own. */
  const program = (folder: string, mode = 0o755): string => {
    const path = join(root, folder, process.platform === 'win32' ? 'k6.exe' : 'k6')
    mkdirSync(join(root, folder), { recursive: true })
    writeFileSync(path, '')
    chmodSync(path, mode)
    return path
  }

  it('finds nothing where there is nothing', () => {
    expect(findK6({ PATH: root, HOME: join(root, 'nobody') }, own())).to.equal(undefined)
  })

  it('takes K6, then the PATH, then its own folder, then the folders of Go', () => {
    const home = join(root, 'home')
    const inHome = program('home/go/bin')
    expect(findK6({ HOME: home }, own())).to.equal(inHome)
    const inGoPath = program('gopath/bin')
    expect(findK6({ HOME: home, GOPATH: join(root, 'gopath') }, own())).to.equal(inGoPath)
    const inGoBin = program('gobin')
    expect(findK6({ HOME: home, GOBIN: join(root, 'gobin') }, own())).to.equal(inGoBin)
    const inOwn = program('own')
    expect(findK6({ HOME: home, GOBIN: join(root, 'gobin') }, own())).to.equal(inOwn)
    const onPath = program('path')
    const PATH = [join(root, 'no-such-folder'), join(root, 'path')].join(delimiter)
    expect(findK6({ HOME: home, PATH }, own())).to.equal(onPath)
    const named = program('named')
    expect(findK6({ HOME: home, PATH, K6: named }, own())).to.equal(named)
  })

  it('passes over folders and files that cannot run', () => {
    mkdirSync(join(root, 'folder', 'k6'), { recursive: true })
    program('text', 0o644)
    const PATH = [join(root, 'folder'), join(root, 'text')].join(delimiter)
    expect(findK6({ HOME: join(root, 'nobody'), PATH }, join(root, 'none'))).to.equal(undefined)
  })

  it('refuses a K6 that is no program, though there is another', () => {
    program('path')
    expect(() => findK6({ K6: join(root, 'gone'), PATH: join(root, 'path') }, own())).to.throw(
      K6MissingError,
      'which is no program',
    )
  })
})
