import { expect } from 'chai'
import { missingPackage } from '../../../src/domain/missing-package.ts'

function nodeError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

describe('an optional package that is not installed', () => {
  it('is named with the line that installs it, whichever way it was asked for', async () => {
    const error = await import('no-such-package-anywhere' as string).catch((reason: unknown) => reason)
    const found = missingPackage(error, 'The plugin "x"')
    expect(found?.code).to.equal('HITHERTO_PACKAGE_MISSING')
    expect(found?.message).to.contain('The plugin "x" needs the package "no-such-package-anywhere"')
    expect(found?.message).to.contain('npm install no-such-package-anywhere')
    expect(found?.cause).to.equal(error)
  })

  it('is recognised in what require says, scoped packages and their parts included', () => {
    const error = nodeError(
      'MODULE_NOT_FOUND',
      "Cannot find module '@scope/name/part'\nRequire stack:\n- /a.js",
    )
    expect(missingPackage(error, 'it')?.message).to.contain('npm install @scope/name')
  })

  it('is not seen in a missing file, another error or no error at all', () => {
    const file = nodeError(
      'ERR_MODULE_NOT_FOUND',
      "Cannot find module '/srv/app/missing.js' imported from /a.js",
    )
    expect(missingPackage(file, 'it')).to.equal(undefined)
    expect(missingPackage(nodeError('EACCES', "Cannot find package 'x'"), 'it')).to.equal(undefined)
    expect(missingPackage(nodeError('MODULE_NOT_FOUND', 'gone'), 'it')).to.equal(undefined)
    expect(missingPackage('text', 'it')).to.equal(undefined)
  })
})
