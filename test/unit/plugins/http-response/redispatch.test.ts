import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { expect } from 'chai'
import { isRedispatched, redispatch } from '../../../../plugins/http-response/redispatch.ts'

const first = {
  headers: {
    host: 'a.example',
    cookie: 'a=b',
    'x-list': ['1', '2'],
    'if-none-match': '"a"',
    range: 'bytes=0-1',
    connection: 'close',
    'content-length': '5',
    'cache-control': 'no-cache',
  },
  rawHeaders: [
    ...['host', 'a.example', 'cookie', 'a=b', 'x-list', '1', 'X-List', '2', 'if-none-match', '"a"'],
    ...['range', 'bytes=0-1', 'connection', 'close', 'content-length', '5', 'cache-control', 'no-cache'],
  ],
  socket: { remoteAddress: '10.0.0.1', remotePort: 5, localAddress: '10.0.0.2', localPort: 80 },
}

const handled = (listener: RequestListener) =>
  new Promise<{ request: IncomingMessage; response: ServerResponse; ended: Promise<void>; stop(): void }>(
    (resolve) => {
      const sent = redispatch(first, '/a?b', (request, response) => {
        queueMicrotask(() => resolve({ request, response, ...sent }))
        listener(request, response)
      })
    },
  )

describe('a request that is dispatched once more', () => {
  it('is a GET of the same URL with the headers of the first one, without what was its alone', async () => {
    const { request } = await handled((_request, response) => void response.end('x'))
    expect(request).to.include({ method: 'GET', url: '/a?b', httpVersion: '1.1', complete: true })
    expect(request.headers).to.deep.equal({ host: 'a.example', cookie: 'a=b', 'x-list': '1, 2' })
    expect(request.rawHeaders).to.deep.equal([
      'host',
      'a.example',
      'cookie',
      'a=b',
      'x-list',
      '1',
      'X-List',
      '2',
    ])
    expect(request.socket).to.include({ remoteAddress: '10.0.0.1', localPort: 80 })
    expect(isRedispatched(request)).to.equal(true)
    expect(isRedispatched(first)).to.equal(false)
  })

  it('has its headers as they came, whatever layers before the cache have made of them', () => {
    const changed = { ...first, headers: { ...first.headers, cookie: 'of a layer' } }
    redispatch(changed, '/', (request, response) => {
      expect(request.headers.cookie).to.equal('a=b')
      response.end()
    })
  })

  it('has an end when it was answered, however long the answer', async () => {
    const { ended, response } = await handled((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      for (let i = 0; i < 100; i++) response.write(Buffer.alloc(10_000))
      response.end()
    })
    await ended
    expect(response.writableFinished).to.equal(true)
  })

  it('reads an empty body, and says finish and close as on a server', async () => {
    const events: string[] = []
    const { ended } = await handled((request, response) => {
      request.on('end', () => {
        events.push('end')
        response.end()
      })
      request.resume()
      response.on('finish', () => events.push('finish'))
      response.on('close', () => events.push('close'))
    })
    await ended
    expect(events).to.deep.equal(['end', 'finish', 'close'])
  })

  it('can be given up', async () => {
    const { ended, stop, response } = await handled(() => {})
    stop()
    await ended
    expect(response.writableFinished).to.equal(false)
  })

  it('takes the authority of HTTP/2 for its host, and no pseudo-headers', () => {
    const { socket } = first
    redispatch(
      {
        headers: { ':authority': 'b.example', ':method': 'POST' },
        rawHeaders: [':authority', 'b.example', ':method', 'POST'],
        socket,
      },
      '/',
      (request, response) => {
        expect(request.headers).to.deep.equal({ host: 'b.example' })
        response.end()
      },
    )
  })

  it('is answered as by a server', async () => {
    const listener: RequestListener = (request, response) => {
      response.setHeader('x-host', String(request.headers.host))
      response.end('body')
    }
    const server = createServer(listener)
    const { response } = await handled(listener)
    expect(response.getHeaders()).to.include({ 'x-host': 'a.example' })
    expect(response.statusCode).to.equal(200)
    server.close()
  })
})
