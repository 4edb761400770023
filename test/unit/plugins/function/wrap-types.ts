import type { FunctionSurface } from '../../../../plugins/function/index.ts'
import type { Cache, Wrapped, WrappedFunction } from '../../../../src/domain/index.ts'

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function expectType<T extends true>(..._: T extends true ? [] : [never]): void {}

/** Never called: the compiler is the test. */
export function typesOfWrap(surface: FunctionSurface, cache: Cache): void {
  const load = async (id: number, _page?: string): Promise<{ id: number }> => ({ id })
  const find = surface.wrap(load)
  expectType<Same<Parameters<typeof find>, Parameters<typeof load>>>()
  expectType<Same<ReturnType<typeof find>, Promise<{ id: number }>>>()
  expectType<Same<ReturnType<typeof find.fresh>, Promise<{ id: number }>>>()
  expectType<Same<Parameters<typeof find.invalidate>, Parameters<typeof load>>>()

  const sync = surface.wrap((...names: string[]) => names.length, { name: 'sync', tags: (...names) => names })
  expectType<Same<ReturnType<typeof sync>, Promise<number>>>()
  expectType<Same<Parameters<typeof sync>, string[]>>()

  // What key and tags take never narrows what the function takes.
  const keyed = surface.wrap(load, { key: (id) => id.toFixed(), tags: (id: unknown) => [String(id)] })
  expectType<Same<Parameters<typeof keyed>, Parameters<typeof load>>>()

  const stockOf = function (this: { readonly city: string }, item: number): string {
    return `${this.city} ${item}`
  }
  const stock = surface.wrap(stockOf, { instance: (self) => self.city, key: (item) => item.toFixed() })
  expectType<Same<typeof stock, WrappedFunction<[item: number], string, { readonly city: string }>>>()
  expectType<Same<ReturnType<typeof stock.for>, Wrapped<[item: number], string>>>()

  // The result comes first, then the arguments, each with its type.
  surface.wrap(load, {
    ttl: (result, id, page) => result.id + id + (page?.length ?? 0),
    unless: (result) => result.id === 1,
    resultTags: ({ id }) => [id.toFixed()],
    condition: (id) => id > 1,
  })
  expectType<
    Same<Parameters<typeof find.put>, [value: { id: number }, id: number, _page?: string | undefined]>
  >()
  // @ts-expect-error the result has no name
  surface.wrap(load, { unless: (result) => result.name === '' })
  // @ts-expect-error the result is no string
  surface.wrap(load, { unless: (result: string) => result === '' })
  // @ts-expect-error a ttl is a duration
  surface.wrap(load, { ttl: () => true })

  // @ts-expect-error the argument is a number
  find('1')
  // @ts-expect-error this must have a city
  stock.call({}, 1)
  // @ts-expect-error the key function gets a number
  surface.wrap((id: number) => id, { key: (id: string) => id })
  // @ts-expect-error a tag is a string
  surface.wrap((id: number) => id, { tags: [1] })
  // @ts-expect-error there is no such option
  surface.wrap((id: number) => id, { tll: 1 })

  const asOfCache: typeof cache.wrap = surface.wrap
  asOfCache((id: number) => id, { ttl: 1 })
}
