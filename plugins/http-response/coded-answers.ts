import type { SurfacePort } from '../../src/application/index.ts'
import { CODINGS, type CodedBody, Compression } from './compression.ts'
import type { HttpPolicy } from './options.ts'
import {
  type ContentCoding,
  chosenCoding,
  fieldValue,
  forbidsTransforming,
  type HeaderFields,
  isCompressible,
  negotiatedFields,
  type RequestView,
  type ResponseHead,
  variantFields,
} from './rules/index.ts'
import { type Served, served } from './served.ts'
import { keptFor, type StoredResponse } from './stored-response.ts'

/** How a stored response becomes the answer to a request; `key` is where it is stored. */
export type Serve = (stored: StoredResponse, key: string, status: string | undefined) => Served

/** What a coded body takes beside its bytes, about. */
const OVERHEAD = 100

/** A stored body in one coding, an entry beside that of its response. */
interface CodedValue {
  readonly kind: 'coded'
  readonly body: Buffer
  /** The body it was made from: a confirmed response keeps it, another one does not. */
  readonly plain: WeakRef<Buffer>
}

/** One compression for the whole process: it is about the threads of the process. */
const compression = new Compression()

/**
 * Stored responses as answers, compressed where their route says so. Each body is compressed once for each coding, when
 * a client first wants it; what is larger than a few kilobytes is sent plain until that is done on another thread. The
 * result is an entry of its own that depends on the response: counted, evictable, and gone with it.
 */
export class CodedAnswers {
  readonly #port: SurfacePort
  readonly #underWay = new Set<string>()

  constructor(port: SurfacePort) {
    this.#port = port
  }

  /** As `served`; parts of a whole are those of the plain body. */
  served(
    request: RequestView,
    policy: HttpPolicy,
    key: string,
    stored: StoredResponse,
    now: number,
    status: string | undefined,
  ): Served {
    const plain = served(request, stored, now, status)
    if (!stored.compress || !isCompressible(stored, stored.body.byteLength)) return plain
    const coding = codingFor(request)
    if (plain.status === 304 || plain.status !== stored.status || coding === 'identity')
      return { ...plain, text: plain.text ?? false, headers: negotiated(request, plain) }
    const coded = this.#coded(policy, key, stored, coding)
    if (coded === undefined)
      return { ...plain, text: plain.text ?? false, headers: negotiatedFields(plain.headers) }
    return { ...plain, headers: variantFields(plain.headers, coding, coded.byteLength), body: coded }
  }

  #coded(policy: HttpPolicy, key: string, stored: StoredResponse, coding: ContentCoding): Buffer | undefined {
    const at = `${key}${coding}`
    const known = this.#port.read<CodedValue>(at)
    if (known?.plain.deref() === stored.body) return known.body
    if (this.#underWay.has(at)) return undefined
    const made = compression.coded(stored.body, coding)
    if (made instanceof Promise) {
      this.#underWay.add(at)
      void made.then((coded) => {
        this.#underWay.delete(at)
        if (coded !== undefined) this.#keep(policy, key, stored, coded)
      })
      return undefined
    }
    if (made !== undefined) this.#keep(policy, key, stored, made)
    return made?.body
  }

  #keep(policy: HttpPolicy, key: string, stored: StoredResponse, { coding, body }: CodedBody): void {
    const pending = this.#port.beginAlone(`${key}${coding}`)
    // It depends on the response and on all that this one depends on, and is not kept if that is gone.
    const now = pending.run(() => this.#port.read<StoredResponse>(key))
    if (now?.body !== stored.body) return pending.end()
    const value: CodedValue = { kind: 'coded', body, plain: new WeakRef(stored.body) }
    const keeping = { ...keptFor(stored, policy, this.#port.wall()), size: OVERHEAD + body.byteLength }
    void pending.keep(value, keeping)
  }
}

/** The coding in which a client gets a stored body, if it can be had. */
function codingFor(request: RequestView): ContentCoding | 'identity' {
  if (forbidsTransforming(request.headers)) return 'identity'
  return chosenCoding(fieldValue(request.headers, 'accept-encoding'), CODINGS)
}

/**
 * The head of an answer that is about to be stored, as it is sent in place of the whole or with it: with Vary, if the
 * stored one will be compressed for those who want that.
 *
 * @param length of the body; undefined while it is not known
 */
export function negotiatedHead(
  request: RequestView,
  head: ResponseHead,
  policy: HttpPolicy,
  length: number | undefined,
): ResponseHead {
  const size = length ?? Number(fieldValue(head.headers, 'content-length') ?? Number.POSITIVE_INFINITY)
  if (!policy.compress || !isCompressible(head, size)) return head
  return { ...head, headers: negotiated(request, head) }
}

/**
 * The fields of what is sent without the content of any coding. A 304 bears the weak tag that the variant has, or a
 * client could not tell by it that its variant still holds (RFC 9111, 4.3.4).
 */
function negotiated(request: RequestView, { status, headers }: ResponseHead): HeaderFields {
  const coding = codingFor(request)
  if (status !== 304 || coding === 'identity') return negotiatedFields(headers)
  const { vary, etag } = variantFields(headers, coding, 0)
  return { ...headers, vary, ...(etag !== undefined && { etag }) }
}
