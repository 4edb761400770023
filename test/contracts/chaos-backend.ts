import type { LocalBackend } from '../../src/domain/index.ts'
import { type Chaos, ChaosError, checkedTrouble, type Trouble } from './chaos.ts'

/**
 * A store in this process in trouble: any method may throw (`throw`), and an entry may not be kept (`drop`), which a
 * store may do at any time. There is nothing to wait for in it, and nobody checks the memory of the own process, so
 * `delay` and `corrupt` are not for it.
 *
 * @param methods those that may throw; default all
 * @throws RangeError for rates that are none
 * @example const store = chaosBackend(new MyBackend(setup), chaosBySeed(1), { throw: 0.05 })
 */
export function chaosBackend(
  store: LocalBackend,
  chaos: Chaos,
  trouble: Pick<Trouble, 'throw' | 'drop'>,
  methods?: readonly (keyof LocalBackend)[],
): LocalBackend {
  const { throw: throws = 0, drop = 0 } = checkedTrouble(trouble)
  const put: LocalBackend['put'] = (space, key, value, record) => {
    if (chaos.next({ drop }) === undefined) return store.put(space, key, value, record)
    const held = space.index.get(key)
    if (held !== undefined) store.remove(held, 'replaced')
    return 0
  }
  const rateOf = (name: string | symbol) =>
    methods === undefined || (methods as readonly unknown[]).includes(name) ? throws : 0
  const wrapped = new Map<string | symbol, unknown>([['put', throwing('put', put, chaos, rateOf('put'))]])
  return new Proxy(store, {
    get(target, name) {
      const known = wrapped.get(name)
      if (known !== undefined) return known
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      const method = throwing(String(name), member.bind(target), chaos, rateOf(name))
      wrapped.set(name, method)
      return method
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  })
}

function throwing<A extends unknown[], R>(
  name: string,
  method: (...args: A) => R,
  chaos: Chaos,
  rate: number,
) {
  return (...args: A): R => {
    if (chaos.next({ throw: rate }) === undefined) return method(...args)
    if (chaos.random.next() < 0.5) method(...args)
    throw new ChaosError(`${name} threw`)
  }
}
