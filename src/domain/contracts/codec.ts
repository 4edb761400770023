/**
 * How instances of a class are kept, which no copier could copy: `encode` makes plain data of one, `decode` makes one
 * of such data. What `encode` leaves out is not kept, and no reader sees it. Each reader gets an instance of its own,
 * and so does who loaded it, so that a miss shows what a hit shows.
 *
 * Either `class` or `is` says for whom it is. Both functions are synchronous and depend on nothing but what they are
 * given: a value is tried out when it is stored, and must then always be readable.
 *
 * @example
 * const money = codec({
 *   name: 'money',
 *   class: Money,
 *   encode: (amount) => [amount.cents, amount.currency] as const,
 *   decode: ([cents, currency]) => new Money(cents, currency),
 * })
 * const cache = await createCache({ codecs: [money] })
 */
export interface Codec<T extends object = object, D = unknown> {
  /** For messages. */
  readonly name: string
  /** For the instances of this very class: one of a subclass would come back as less than it was. */
  readonly class?: { readonly prototype: T }
  /** For whatever it says true of. It is asked about instances of classes only, never about plain data. */
  is?(value: object): boolean
  /** Plain data (as `clone: 'auto'` keeps them), in which there may be instances of classes with codecs. */
  encode(instance: T): D
  /** An instance again. The data are its own: it may keep them. */
  decode(data: D): T
}
