import { expect } from 'chai'
import { aroundOf, isCertain } from '../../../../plugins/http-response/front-learning.ts'
import { FrontPass } from '../../../../plugins/http-response/front-pass.ts'
import type { HeaderFields } from '../../../../plugins/http-response/rules/index.ts'

type Fields = readonly (readonly [string, string | readonly string[]])[]

interface Case {
  readonly made?: HeaderFields
  readonly sent?: Fields
  readonly constant?: readonly string[]
  readonly observed?: readonly string[]
  readonly headers?: HeaderFields
  readonly raw?: readonly string[]
}

function around({ made = {}, sent, constant = [], observed = [], headers = {}, raw = [] }: Case) {
  const answer = { status: 200, headers: made, body: null }
  const fields =
    sent ?? (Object.entries(made).filter(([, value]) => value !== undefined) as unknown as Fields)
  const asked = { headers, rawHeaders: raw }
  return aroundOf(answer, new FrontPass(constant, observed), { status: 200, fields }, asked)
}

describe('what layers around an answer have done', () => {
  it('is nothing where it was sent as it was made', () => {
    expect(around({ made: { etag: '"1"', 'x-list': ['a', 'b'] } })).to.deep.equal({ fields: [] })
  })

  it('is nothing where a field was to be taken away and is not there', () => {
    expect(around({ made: { 'x-gone': undefined }, sent: [] })).to.deep.equal({ fields: [] })
  })

  it('leaves out what is of the connection', () => {
    const sent: Fields = [
      ['Connection', 'close'],
      ['Keep-Alive', 'timeout=5'],
      ['Transfer-Encoding', 'chunked'],
    ]
    expect(around({ sent })).to.deep.equal({ fields: [] })
  })

  it('is known in the order in which it was sent', () => {
    const { fields } = around({
      made: { etag: '"1"' },
      sent: [
        ['X-Before', 'a'],
        ['etag', '"1"'],
        ['X-Behind', ['b', 'c']],
      ],
      constant: ['x-before', 'x-behind'],
    }) as { fields: unknown }
    expect(fields).to.deep.equal([
      { name: 'X-Before', value: 'a', behind: false },
      { name: 'X-Behind', value: ['b', 'c'], behind: true },
    ])
  })

  it('is certain only where the framework alone has added to it', () => {
    const field = (name: string) => ({ name, value: 'a', behind: false })
    expect(isCertain([])).to.equal(true)
    expect(isCertain([field('X-Powered-By')])).to.equal(true)
    expect(isCertain([field('X-Powered-By'), field('X-Other')])).to.equal(false)
  })

  const unfit: Readonly<Record<string, readonly [Case, RegExp]>> = {
    'a field that is gone': [{ made: { etag: '"1"' }, sent: [] }, /changes etag/],
    'a field with another value': [{ made: { etag: '"1"' }, sent: [['ETag', '"2"']] }, /changes etag/],
    'a field with another line': [{ made: { link: 'a' }, sent: [['link', ['a', 'b']]] }, /changes link/],
    'a host that was written': [{ headers: { host: 'a' }, raw: ['Host', 'b'] }, /writes host/],
    'a header of Vary that was written': [
      { made: { vary: 'X-A, Accept' }, headers: { 'x-a': '1' } },
      /writes x-a/,
    ],
    'a header of Vary that was taken away': [{ made: { vary: 'x-a' }, raw: ['X-A', '1'] }, /writes x-a/],
    'a header that was read and written': [
      { observed: ['=x-a'], headers: { 'x-a': '2' }, raw: ['x-a', '1'] },
      /writes x-a/,
    ],
  }
  for (const [what, [given, message]] of Object.entries(unfit))
    it(`makes it unfit for the front: ${what}`, () => expect(around(given)?.unfit).to.match(message))

  it('asks for no request header where Vary names all of them', () => {
    expect(around({ made: { vary: '*' }, raw: ['*', '1'] })?.unfit).to.equal(undefined)
  })

  it('takes a list in several lines for the same list', () => {
    const given: Case = { made: { vary: 'x-a' }, headers: { 'x-a': '1, 2' }, raw: ['X-A', '1', 'x-a', '2'] }
    expect(around(given)).to.deep.equal({ fields: [] })
  })

  it('is not told by a request with two lines of which Node takes one: clients must not keep pages behind', () => {
    expect(around({ headers: { host: 'a' }, raw: ['Host', 'a', 'Host', 'b'] })).to.equal(undefined)
    const referers = { headers: { referer: 'a' }, raw: ['Referer', 'a', 'Referer', 'b'] }
    expect(around({ made: { vary: 'referer' }, ...referers })).to.equal(undefined)
  })
})
