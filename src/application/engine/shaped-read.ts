import type { HookPoints } from '../../domain/index.ts'
import type { Generation } from './generation.ts'
import type { KeySpace } from './key-space.ts'

type Shaped = { readonly key: string; readonly bypass: boolean }

/** What the key and lookup hooks made of a read. Synchronous where no hook returns a promise. */
export function shapedKey({ points }: Generation, space: KeySpace, key: string): Shaped | Promise<Shaped> {
  if (points.key === null && points.lookup === null) return { key, bypass: false }
  const named =
    points.key === null ? { namespace: space.name, key } : points.key.run({ namespace: space.name, key })
  const look = (context: HookPoints['key']): Shaped | Promise<Shaped> =>
    points.lookup === null
      ? { key: context.key, bypass: false }
      : points.lookup.run({ namespace: space.name, key: context.key, bypass: false })
  return named instanceof Promise ? named.then(look) : look(named)
}

/** The same for peek and getSync. @throws AsyncHookError if a hook returns a promise */
export function shapedKeySync({ points }: Generation, space: KeySpace, key: string): Shaped {
  const named = points.key === null ? key : points.key.runSync({ namespace: space.name, key }).key
  if (points.lookup === null) return { key: named, bypass: false }
  return points.lookup.runSync({ namespace: space.name, key: named, bypass: false })
}

/** A kept value as the decode hooks hand it out. */
export function handOut({ points }: Generation, space: KeySpace, key: string, value: unknown): unknown {
  if (points.decode === null) return value
  const decoded = points.decode.run({ namespace: space.name, key, value })
  return decoded instanceof Promise ? decoded.then((context) => context.value) : decoded.value
}

/** The same for peek and getSync. @throws AsyncHookError if a hook returns a promise */
export function handOutSync({ points }: Generation, space: KeySpace, key: string, value: unknown): unknown {
  return points.decode === null ? value : points.decode.runSync({ namespace: space.name, key, value }).value
}
