import { expect } from 'chai'
import { checkCommands, checkErrorPage, checkLinks } from './document-rules.ts'
import { checkBarrels, checkLengths, checkNames, type LongFile } from './folder-rules.ts'
import { checkImports } from './import-rules.ts'
import { exists, read, readRootPages, readTree } from './read-tree.ts'
import { readSourceFiles } from './source-file.ts'

/** A checker that finds no files finds no faults. Raise this as the project grows; never lower it to get a pass. */
const MIN_SOURCE_FILES = 40

/** One longer file is better than a hop between files only where the hot path would pay for the hop. */
const LONG_FILES: readonly LongFile[] = [
  {
    path: 'plugins/backends/memory/memory-backend.ts',
    reason: 'the hit of the store beside all that moves what it reads',
  },
]

describe('the structure of the project', () => {
  const files = readSourceFiles(readTree(['src', 'plugins', 'adapters', 'test/contracts'], '.ts'))
  const pages = { ...readRootPages(), ...readTree(['docs', 'demo', 'perf'], '.md') }

  it(`is read from at least ${MIN_SOURCE_FILES} source files that import each other`, () => {
    expect(files.length).to.be.at.least(MIN_SOURCE_FILES)
    expect(files.flatMap((file) => file.references).length).to.be.at.least(MIN_SOURCE_FILES)
  })

  it('has imports only in the allowed directions, through barrels, and of packages where they belong', () => {
    expect(checkImports(files)).to.deep.equal([])
  })

  it('has a barrel of named re-exports in each folder', () => {
    expect(checkBarrels(files)).to.deep.equal([])
  })

  it('names files in kebab-case and nothing after what it is not', () => {
    expect(checkNames(files)).to.deep.equal([])
  })

  it('keeps files short, but for the listed ones', () => {
    expect(checkLengths(files, LONG_FILES)).to.deep.equal([])
  })

  it('shows only commands that exist, the two of the README among them', () => {
    const { scripts } = JSON.parse(read('package.json'))
    expect(checkCommands('README.md', read('README.md'), scripts, ['demo', 'test'])).to.deep.equal([])
    expect(checkCommands('CONTRIBUTING.md', read('CONTRIBUTING.md'), scripts, [])).to.deep.equal([])
  })

  it('has no dead relative link in its pages', () => {
    expect(Object.keys(pages)).to.include.members(['README.md', 'docs/errors.md'])
    expect(checkLinks(pages, exists)).to.deep.equal([])
  })

  it('documents each error with its code, and no other', () => {
    expect(checkErrorPage(read('src/domain/errors.ts'), read('docs/errors.md'))).to.deep.equal([])
  })
})
