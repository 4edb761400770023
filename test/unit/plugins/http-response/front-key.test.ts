import { expect } from 'chai'
import fc from 'fast-check'
import { FrontKeys } from '../../../../plugins/http-response/front-key.ts'
import { primaryKey } from '../../../../plugins/http-response/rules/index.ts'

/** As Node's parser gives them, and worse. */
const text = fc.oneof(
  fc.webUrl({ withQueryParameters: true }),
  fc.string({
    unit: fc.constantFrom('a', 'B', '/', '"', '\\', 'n', '\n', '[', ']', ',', 'é', '\u2028', '\ud800'),
  }),
)

describe('the keys of the front', () => {
  it('are those of the ordinary place', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, fc.boolean()), { minLength: 1 }), (requests) => {
        const keys = new FrontKeys()
        for (const [host, target, secure] of requests)
          expect(keys.of(host, target, secure)).to.equal(primaryKey({ method: 'GET', secure, host, target }))
      }),
      { numRuns: 1_000 },
    )
  })

  it('are right whatever number of hosts there is', () => {
    const keys = new FrontKeys()
    for (let i = 0; i < 2_000; i++) {
      const host = `${i % 600}.example`
      expect(keys.of(host, '/', false)).to.equal(primaryKey({ method: 'GET', host, target: '/' }))
    }
  })
})
