/**
 * Header fields by lower-case name, as in `req.headers` and `res.getHeaders()`. A list is several field lines
 * of one name. Only own properties are read, so a plain object and one without a prototype are equally good.
 */
export type HeaderFields = Readonly<Record<string, string | number | readonly string[] | undefined>>

/** What the rules need to know of a request. */
export interface RequestView {
  readonly method: string
  /** The raw request target (`req.url`), never decoded or normalised. */
  readonly target: string
  readonly host: string
  readonly headers: HeaderFields
  /** The content of the request is part of the key. Default false. */
  readonly contentInKey?: boolean | undefined
}

/** Status and header fields of a response, without its body. */
export interface ResponseHead {
  readonly status: number
  readonly headers: HeaderFields
}

/** When the request was handed on and when its response arrived (RFC 9111, 4.2.3), wall-clock milliseconds. */
export interface StoredTimes {
  readonly requestTime: number
  readonly responseTime: number
}
