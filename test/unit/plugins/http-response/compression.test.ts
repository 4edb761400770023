import zlib from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { CODINGS, type CodedBody, Compression } from '../../../../plugins/http-response/compression.ts'

const text = (bytes: number): Buffer =>
  Buffer.from('all work and no play '.repeat(bytes / 21 + 1).slice(0, bytes))
const random = (bytes: number): Buffer => {
  let state = 1
  return Buffer.from(
    Array.from({ length: bytes }, () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return state >>> 24
    }),
  )
}

const decoders: Record<string, (coded: Buffer) => Buffer> = {
  br: zlib.brotliDecompressSync,
  gzip: zlib.gunzipSync,
  zstd: (coded) =>
    (zlib as unknown as { zstdDecompressSync(coded: Buffer): Buffer }).zstdDecompressSync(coded),
}

const decode = (coded: CodedBody | undefined): Buffer => {
  if (coded === undefined) throw new Error('nothing was compressed')
  return decoders[coded.coding]?.(coded.body) ?? Buffer.alloc(0)
}

describe('compression of stored bodies', () => {
  it('knows brotli and gzip everywhere, and zstd first where Node has it', () => {
    const hasZstd = 'zstdCompress' in zlib
    expect(CODINGS).to.deep.equal([...(hasZstd ? ['zstd'] : []), 'br', 'gzip'])
  })

  for (const coding of CODINGS) {
    it(`gives back what was put in, in ${coding}, for small and large bodies`, async () => {
      const compression = new Compression()
      for (const size of [1024, 2048, 2049, 300_000]) {
        const body = text(size)
        const coded = await compression.coded(body, coding)
        expect(coded?.coding).to.equal(coding)
        expect(decode(coded).equals(body)).to.equal(true)
        expect(coded?.body.byteLength).to.be.lessThan(size)
        expect(coded?.body.buffer.byteLength, 'no larger memory is kept').to.equal(coded?.body.byteLength)
      }
    })
  }

  it('is at once for small bodies and off the main thread for large ones', async () => {
    const compression = new Compression({ immediate: 2000 })
    expect(compression.coded(text(2000), 'gzip')).to.not.be.instanceOf(Promise)
    const large = compression.coded(text(2001), 'gzip')
    expect(large).to.be.instanceOf(Promise)
    await large
  })

  it('is done once however many ask at the same time', async () => {
    const compression = new Compression({ immediate: 0 })
    const body = text(5000)
    const first = compression.coded(body, 'gzip')
    expect(compression.coded(body, 'gzip')).to.equal(first)
    expect(compression.coded(body, 'br')).to.not.equal(first)
    expect(compression.coded(text(5000), 'gzip')).to.not.equal(first)
    await first
    expect(compression.coded(body, 'gzip'), 'it keeps no results').to.not.equal(first)
  })

  it('is not tried again where it gains nothing', async () => {
    const compression = new Compression({ immediate: 2000 })
    for (const body of [random(1500), random(6000)]) {
      expect(await compression.coded(body, 'gzip')).to.equal(undefined)
      expect(compression.coded(body, 'gzip'), 'no promise of another try').to.equal(undefined)
    }
    const large = random(6000)
    await compression.coded(large, 'gzip')
    expect(compression.coded(large, 'br'), 'another coding may gain').to.be.instanceOf(Promise)
  })

  it('lets only so many wait, and does the others without', async () => {
    const compression = new Compression({ immediate: 0, concurrency: 1, waiting: 2 })
    const answers = Array.from({ length: 5 }, () => compression.coded(text(50_000), 'gzip'))
    expect(answers.map((answer) => answer instanceof Promise)).to.deep.equal([true, true, true, false, false])
    expect(answers[4]).to.equal(undefined)
    for (const coded of await Promise.all(answers.slice(0, 3)))
      expect(decode(coded).byteLength).to.equal(50_000)
    expect(decode(await compression.coded(text(50_000), 'gzip')).byteLength).to.equal(50_000)
  })

  it('never rejects, whatever it is given', async () => {
    for (const immediate of [0, 10_000]) {
      const compression = new Compression({ immediate, concurrency: 1 })
      const nothing = { byteLength: 5000 } as unknown as Uint8Array
      expect(await compression.coded(nothing, 'gzip')).to.equal(undefined)
      expect(await compression.coded(text(5000), 'other' as 'gzip')).to.equal(undefined)
      expect(decode(await compression.coded(text(5000), 'br')).byteLength).to.equal(5000)
    }
  })

  it('gives back any body', async () => {
    const compression = new Compression({ immediate: 100 })
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom(...CODINGS),
        async (bytes, coding) => {
          const coded = await compression.coded(bytes, coding)
          if (coded !== undefined) expect(decode(coded).equals(bytes)).to.equal(true)
        },
      ),
    )
  })
})
