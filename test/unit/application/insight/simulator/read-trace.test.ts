import { expect } from 'chai'
import { readTrace, traceFormatOf, traceOf } from '../../../../../src/application/insight/simulator/index.ts'

const text = (lines: string) => new TextEncoder().encode(lines)
const keysOf = (bytes: Uint8Array, format: 'u32' | 'keys' | 'log') => [...readTrace(bytes, format).trace.keys]

describe('a trace', () => {
  it('numbers keys by their first appearance', () => {
    expect(traceOf(['b', 'a', 'b', 'c'])).to.deep.equal({ keys: Uint32Array.of(0, 1, 0, 2), distinct: 3 })
  })

  it('is read from little-endian numbers, at any offset', () => {
    const bytes = Uint8Array.of(9, 1, 0, 0, 0, 255, 255, 255, 255, 1, 0, 0, 0)
    expect(keysOf(bytes.subarray(1), 'u32')).to.deep.equal([0, 1, 0])
  })

  it('is read from lines of keys, with any line end and without the last one', () => {
    expect(keysOf(text('user:1\r\nuser:2\n\nuser:1'), 'keys')).to.deep.equal([0, 1, 0])
    expect(readTrace(text('ä\n'), 'keys').trace.distinct).to.equal(1)
  })

  it('is read from an access log: targets of GET and HEAD, all else is skipped and counted', () => {
    const log = [
      '127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a?x=1 HTTP/1.0" 200 2326',
      '::1 - bob [10/Oct/2000:13:55:36 -0700] "HEAD /a?x=1 HTTP/1.1" 200 0 "http://r/" "Mozilla/5.0"',
      '::1 - - [10/Oct/2000:13:55:37 -0700] "POST /a?x=1 HTTP/1.1" 201 0',
      '::1 - - [10/Oct/2000:13:55:37 -0700] "GET /b" 200 7',
      'not a line of a log',
    ].join('\n')
    const { trace, skipped } = readTrace(text(log), 'log')
    expect([...trace.keys]).to.deep.equal([0, 0, 1])
    expect(skipped).to.equal(2)
  })

  it('that is empty, or broken off, is refused', () => {
    expect(() => readTrace(text('\n\n'), 'keys')).to.throw(/^trace: no access in it, read as keys/)
    expect(() => readTrace(text('abc'), 'u32')).to.throw(/^trace: .* divisible by 4, got 3 bytes/)
  })

  it('tells its format by its name', () => {
    const names = ['a.u32', 'A.U32.GZ', 'access.log', 'access.log.gz', 'keys.txt', 'u32']
    expect(names.map(traceFormatOf)).to.deep.equal(['u32', 'u32', 'log', 'log', 'keys', 'keys'])
  })
})
