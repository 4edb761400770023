import { expect } from 'chai'
import { configurationJsonSchema } from '../../../../src/infrastructure/config/index.ts'

interface Schema {
  readonly type?: unknown
  readonly additionalProperties?: unknown
  readonly properties: Readonly<Record<string, { readonly type?: unknown; readonly enum?: unknown }>>
}

describe('the JSON Schema of a configuration', () => {
  const schema = configurationJsonSchema() as Schema

  it('is data that a file could hold', () => {
    expect(JSON.parse(JSON.stringify(schema))).to.deep.equal(schema)
  })

  it('knows every option and allows no other', () => {
    expect(schema.type).to.equal('object')
    expect(schema.additionalProperties).to.equal(false)
    expect(schema.properties).to.include.keys('ttl', 'timeout', 'maxBytes', 'strategy', 'plugins', 'loads')
    expect(schema.properties).to.not.have.any.keys('clock', 'logger', 'onError', 'random')
  })

  it('says what a duration and a clone policy may be', () => {
    expect(schema.properties.ttl?.type).to.deep.equal(['number', 'string'])
    expect(schema.properties.clone?.enum).to.deep.equal(['auto', 'structured', 'freeze', 'none'])
  })
})
