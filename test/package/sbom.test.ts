import { expect } from 'chai'
import { manifest, ROOT, readManifest, run, runtimeDependencies } from './packed-package.ts'

interface Component {
  readonly purl: string
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
  readonly licenses?: readonly unknown[]
}

/** The bill of materials that npm makes of a release: CONTRIBUTING.md has where it goes. */
describe('the bill of materials', function () {
  this.timeout(30_000)
  let subject: Component
  let components: readonly Component[]

  before(() => {
    const bill = JSON.parse(run('npm', ['run', '--silent', 'sbom'], ROOT))
    expect(bill.bomFormat).to.equal('CycloneDX')
    subject = bill.metadata.component
    components = bill.components
  })

  it('is that of this version', () => {
    expect(subject.purl).to.equal(`pkg:npm/${manifest.name}@${manifest.version}`)
  })

  it('names what is installed with the package, in its version, and nothing of development', () => {
    const installed = [...runtimeDependencies()].map(
      ([name, folder]) => `pkg:npm/${name.replace('@', '%40')}@${readManifest(folder).version}`,
    )
    expect(components.map(({ purl }) => purl)).to.have.members(installed)
  })

  it('has the licence of each, and the hash of its tarball', () => {
    for (const { purl, hashes = [], licenses = [] } of components) {
      expect(licenses, purl).to.have.lengthOf.above(0)
      expect(hashes[0]?.content, purl).to.match(/^[\da-f]{128}$/)
    }
  })
})
