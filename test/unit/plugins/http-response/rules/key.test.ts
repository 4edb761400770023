import { expect } from 'chai'
import fc from 'fast-check'
import { asciiLower, type KeyParts, primaryKey } from '../../../../../plugins/http-response/rules/index.ts'

const key = (parts: Partial<KeyParts>): string =>
  primaryKey({ method: 'GET', target: '/', host: 'a', ...parts })

describe('primary key (RFC 9111, 2)', () => {
  it('GET and HEAD are one class, and nothing else is', () => {
    expect(key({ method: 'HEAD' })).to.equal(key({}))
    for (const method of ['POST', 'get', 'Head', '']) expect(key({ method }), method).to.not.equal(key({}))
  })

  it('is a JSON array, whatever its parts are made of', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', '\\', '\u2028', '\ud800'),
    )
    fc.assert(
      fc.property(
        text,
        text,
        fc.option(text, { nil: undefined }),
        fc.option(text, { nil: undefined }),
        (...parts) => {
          const [host, target, forwarded, route] = parts
          const written = ['GET', forwarded ?? null, asciiLower(host), target, route ?? null]
          expect(key({ host, target, forwarded, route })).to.equal(JSON.stringify(written))
        },
      ),
    )
  })

  it('the case of the host does not count, beyond A to Z it does', () => {
    expect(key({ host: 'EXAMPLE.com:80' })).to.equal(key({ host: 'example.com:80' }))
    expect(key({ host: '\u212a' })).to.not.equal(key({ host: 'k' }))
    expect(key({ host: 'example.com' })).to.not.equal(key({ host: 'example.com:80' }))
  })

  it('nothing in the target is decoded, folded, sorted or dropped', () => {
    const targets = [
      '/a',
      '/A',
      '/a/',
      '//a',
      '/./a',
      '/b/../a',
      '/a?',
      '/a%3F',
      '/a#',
      '/a;',
      '/%61',
      '/a?x=1&y=2',
      '/a?y=2&x=1',
      '/a?x=1&x=1',
      '/a?x=1',
      'http://a/a',
      '/a?__proto__=1',
      '/a","b',
      '/a\\',
      '/a%00',
      '/a\u0000',
      '/a ',
      '',
    ]
    expect(new Set(targets.map((target) => key({ target }))).size).to.equal(targets.length)
  })

  it('an absent part is not an empty one or the word null', () => {
    expect(
      new Set([
        key({}),
        key({ forwarded: '' }),
        key({ forwarded: 'null' }),
        key({ route: '' }),
        key({ route: 'null' }),
      ]).size,
    ).to.equal(5)
  })

  it('two sets of parts have one key only if they are the same', () => {
    const text = fc.string({
      maxLength: 4,
      unit: fc.constantFrom('a', 'A', '"', ',', '[', ']', '\\', '/', '\ud800', '\u0000'),
    })
    const part = fc.record({
      method: fc.constantFrom('GET', 'HEAD', 'POST', 'G'),
      secure: fc.boolean(),
      target: text,
      host: text,
      forwarded: fc.option(text, { nil: undefined }),
      route: fc.option(text, { nil: undefined }),
    })
    const canonical = (parts: KeyParts): (string | boolean | undefined)[] => [
      parts.secure,
      parts.method === 'HEAD' ? 'GET' : parts.method,
      parts.target,
      parts.host.replaceAll('A', 'a'),
      parts.forwarded,
      parts.route,
    ]
    fc.assert(
      fc.property(
        part,
        part,
        fc.constantFrom('method', 'secure', 'target', 'host', 'forwarded', 'route'),
        (a, b, field) => {
          const close = { ...a, [field]: b[field as keyof KeyParts] }
          for (const other of [b, close]) {
            const same = canonical(a).every((value, index) => value === canonical(other)[index])
            expect(primaryKey(a) === primaryKey(other)).to.equal(same)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('moving a character across a border makes another key', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom('a', '"', ',', '/', '\\') }),
        fc.nat(8),
        fc.nat(8),
        (text, i, j) => {
          fc.pre(Math.min(i, text.length) !== Math.min(j, text.length))
          expect(key({ host: text.slice(0, i), target: text.slice(i) })).to.not.equal(
            key({ host: text.slice(0, j), target: text.slice(j) }),
          )
        },
      ),
    )
  })
})
