import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { ROOT, run } from './packed-package.ts'

const PAGE: string = pathToFileURL(join(ROOT, 'scripts', 'api-report', 'page.mjs')).href

/** Names with their signatures -> what the gate says about the step from one to the other. */
function differences(before: readonly string[], after: readonly string[]): string[] {
  const code = [
    `const { differences, render } = await import('${PAGE}')`,
    `const page = (texts) => render(new Map([['hitherto', texts.map((text) => ({ text }))]]))`,
    `const [before, after] = JSON.parse(process.argv[1])`,
    `console.log(JSON.stringify(differences(page(before), page(after))))`,
  ].join('\n')
  const pages = JSON.stringify([before, after])
  return JSON.parse(run(process.execPath, ['--input-type=module', '-e', code, pages], ROOT))
}

describe('the API report', () => {
  const options = 'interface Options {\n    readonly ttl?: number;\n    readonly tags?: string[];\n}'

  it('says nothing when nothing has changed', () => {
    expect(differences([options, 'function f(): void;'], [options, 'function f(): void;'])).to.deep.equal([])
  })

  it('names what came and what went', () => {
    expect(differences([options, 'function f(): void;'], [options, 'const g: () => void;'])).to.deep.equal([
      'removed  hitherto: function f',
      'added    hitherto: const g',
    ])
  })

  it('shows the lines of a signature that have changed', () => {
    expect(differences([options], [options.replace('ttl?: number', 'ttl: string')])).to.deep.equal([
      'changed  hitherto: interface Options',
      '    - readonly ttl?: number;',
      '    + readonly ttl: string;',
    ])
  })

  it('tells of a new order of overloads, and of two declarations of one name', () => {
    const one = 'function f(a: 1): 1;'
    const two = 'function f(a: 2): 2;'
    expect(differences([`${one}\n${two}`], [`${two}\n${one}`])).to.deep.equal([
      'changed  hitherto: function f',
      '    (the order of its lines)',
    ])
    expect(differences([one, two], [one])).to.deep.equal(['removed  hitherto: function f (again)'])
  })
})
