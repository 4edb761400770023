import type { FastifyReply } from 'fastify'
import {
  appendCacheStatus,
  type HeadBefore,
  type HeaderFields,
  headerFields,
  isList,
  overLive,
  type Served,
} from '../../plugins/http-response/index.ts'

/** The fields of a reply, wherever they stand: plugins write to the raw response, too. */
export type HeaderValue = string | number | string[] | undefined

export function setHead(reply: FastifyReply, answer: Served): void {
  const { status, constant, age, cacheStatus } = answer
  reply.code(status)
  if (constant === undefined) return setFields(reply, answer.headers)
  setFields(reply, constant)
  setField(reply, 'age', age)
  if (cacheStatus !== undefined) setField(reply, 'cache-status', cacheStatus)
}

function setFields(reply: FastifyReply, fields: HeaderFields): void {
  for (const name of Object.keys(fields)) {
    // Fastify measures what it sends; where a hook has announced trailers there is no length.
    if (name !== 'content-length') setField(reply, name, fields[name])
  }
}

function setField(reply: FastifyReply, name: string, value: HeaderFields[string]): void {
  if (value === undefined) reply.removeHeader(name)
  else if (typeof value === 'string' && !isList(name)) reply.header(name, value)
  else reply.header(name, overLive(name, liveHeader(reply, name), value))
}

export function appendStatus(reply: FastifyReply, before: HeaderValue, member: string): void {
  reply.header('cache-status', appendCacheStatus(typeof before === 'number' ? undefined : before, member))
}

/** Takes back what the hooks and the handler behind the cache have made of the head. */
export function takeBack(reply: FastifyReply, before: HeadBefore, names: readonly string[]): void {
  for (const name of names) {
    const value = before.at(name)
    removeHeader(reply, name)
    if (value !== undefined) reply.header(name, value)
  }
}

/** Also where a plugin wrote it to the raw response. */
export function removeHeader(reply: FastifyReply, name: string): void {
  reply.removeHeader(name)
  reply.raw.removeHeader(name)
}

/** With those of plugins (helmet) that write to the raw response instead of the reply. */
export function liveHeaders(reply: FastifyReply): HeaderFields {
  return headerFields(reply.getHeaders())
}

export function liveHeader(reply: FastifyReply, name: string): HeaderValue {
  return reply.getHeader(name) ?? reply.raw.getHeader(name)
}

/** Calls back with the name of each field that is set from now on. */
export function tellFieldsSet(reply: FastifyReply, set: (name: string) => void): void {
  const { header, raw } = reply
  const { setHeader } = raw
  reply.header = function (this: FastifyReply, ...args: Parameters<FastifyReply['header']>) {
    set(args[0])
    return header.apply(this, args)
  } as FastifyReply['header']
  raw.setHeader = function (this: typeof raw, ...args: Parameters<typeof setHeader>) {
    // Before a stream Fastify copies its own fields there.
    if (raw.hasHeader(args[0]) || reply.getHeader(args[0]) !== args[1]) set(args[0])
    return setHeader.apply(this, args)
  } as typeof setHeader
}
