/** One `@CachePut` on a method, bound to its cache. */
export interface Put {
  /** Runs the method and puts its result. */
  around(self: unknown, args: unknown[], run: () => Promise<unknown>): Promise<unknown>
}

/** One `@CacheEvict` on a method, bound to its cache. */
export interface Evict {
  readonly beforeInvocation: boolean
  /** What to do once the result is known, with all that the arguments tell taken from them now; undefined for nothing. */
  plan(self: unknown, args: unknown[]): ((result: unknown) => Promise<void>) | undefined
}

/** A method with operations around it. `inner` is the method, or what `@Cached` made of it. */
export interface Operated {
  readonly inner: (this: unknown, ...args: unknown[]) => unknown
  readonly puts: readonly Put[]
  readonly evicts: readonly Evict[]
}

/**
 * The order of the operations on one call, which is Spring's: evictions before the invocation, the method (or its
 * cached answer), puts, evictions after it. A method that throws gets no puts and no evictions after it. All
 * conditions, keys and tags of evictions that come from the arguments are asked for first, so that a mistake in one
 * of them stops the call before the method has done anything.
 */
export async function operate(
  { inner, puts, evicts }: Operated,
  self: unknown,
  args: unknown[],
): Promise<unknown> {
  const before: ((result: unknown) => Promise<void>)[] = []
  const after: ((result: unknown) => Promise<void>)[] = []
  for (const evict of evicts) {
    const planned = evict.plan(self, args)
    if (planned !== undefined) (evict.beforeInvocation ? before : after).push(planned)
  }
  await Promise.all(before.map((evict) => evict(undefined)))
  let run = async (): Promise<unknown> => inner.apply(self, args)
  for (const put of puts) {
    const invoke = run
    run = () => put.around(self, args, invoke)
  }
  const result = await run()
  await Promise.all(after.map((evict) => evict(result)))
  return result
}
