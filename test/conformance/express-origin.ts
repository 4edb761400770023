import { createServer, type OutgoingHttpHeaders, type Server } from 'node:http'
import express, { type Express, type Request, type Response } from 'express'
import { answer, type OriginAnswer, withSideChannels } from './origin.ts'

/** How the handler answers: as a plain `node:http` handler does, or with Express's own `res.send`. */
export type ExpressStyle = 'raw' | 'send'

export async function expressOrigin(
  style: ExpressStyle,
  mount: (app: Express) => Promise<void>,
): Promise<Server> {
  const app = express()
  app.set('env', 'test') // Express writes each thrown error to stderr otherwise
  await mount(app)
  const play = style === 'raw' ? playRaw : playSend
  app.all('/test/*path', async (request: Request, response: Response) => {
    const { method, originalUrl: url, headers } = request
    play(await answer({ method, url, headers }, response), response)
  })
  return createServer(withSideChannels(app))
}

function playRaw({ status, headers, body }: OriginAnswer, response: Response): void {
  const fields: OutgoingHttpHeaders = Object.fromEntries(headers)
  response.writeHead(status, fields)
  response.end(body)
}

function playSend({ status, headers, body }: OriginAnswer, response: Response): void {
  response.status(status)
  for (const [name, value] of headers) response.setHeader(name, value)
  response.send(body)
}
