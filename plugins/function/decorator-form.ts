import { types } from 'node:util'
import { CallOptionError } from '../../src/domain/index.ts'
import { DecoratedMethod, decoratedMethod, type Method } from './decorated-method.ts'
import { declaringClass } from './method-owner.ts'

/** The part of a standard decorator's context that is used here (TC39 proposal-decorators, "context"). */
interface StandardContext {
  readonly kind: string
  readonly name: string | symbol
  readonly static: boolean
  readonly private: boolean
  addInitializer(initializer: (this: unknown) => void): void
}

/**
 * A decorator of methods in both of the forms that TypeScript compiles. Those of this package that stand on one
 * method, one directly above the other, make one decorated method together: their order says nothing.
 */
export function methodDecorator(
  label: string,
  add: (method: DecoratedMethod) => void,
): (first: unknown, second: unknown, third?: unknown) => unknown {
  return (first, second, third) =>
    isStandardContext(second)
      ? decorateStandard(label, add, first, second)
      : decorateLegacy(label, add, first, second, third)
}

function isStandardContext(value: unknown): value is StandardContext {
  return typeof value === 'object' && value !== null && 'kind' in value
}

function decorateStandard(
  label: string,
  add: (method: DecoratedMethod) => void,
  value: unknown,
  context: StandardContext,
): Method {
  if (context.kind !== 'method')
    throw misplaced(label, `${context.kind === 'accessor' ? 'an' : 'a'} ${context.kind}`)
  const method = checkedMethod(label, value, 'a method')
  const known = decoratedMethod(method)
  const decorated = known ?? new DecoratedMethod(method, context.name, context.private && !context.static)
  add(decorated)
  if (known !== undefined) return method
  // Runs for a class when it is defined and for each new instance, so that a detached method has its class, too.
  context.addInitializer(function () {
    decorated.declaring ??= context.static
      ? (this as object)
      : declaringClass(this, context.name, decorated.shell)
  })
  return decorated.shell
}

function decorateLegacy(
  label: string,
  add: (method: DecoratedMethod) => void,
  target: unknown,
  key: unknown,
  descriptor: unknown,
): PropertyDescriptor {
  if (key === undefined && descriptor === undefined) throw misplaced(label, 'a class')
  if (typeof descriptor === 'number') throw misplaced(label, 'a parameter')
  const { value, get, set } = (descriptor ?? {}) as PropertyDescriptor
  if (get !== undefined || set !== undefined) throw misplaced(label, 'an accessor')
  const method = checkedMethod(label, value, 'a field')
  let decorated = decoratedMethod(method)
  if (decorated === undefined) {
    decorated = new DecoratedMethod(method, key as string | symbol, false)
    const owner = target as object
    decorated.declaring = typeof owner === 'function' ? owner : owner.constructor
  }
  add(decorated)
  return { ...(descriptor as PropertyDescriptor), value: decorated.shell }
}

function checkedMethod(label: string, value: unknown, otherwise: string): Method {
  if (typeof value !== 'function') throw misplaced(label, otherwise)
  if (types.isGeneratorFunction(value)) {
    throw new CallOptionError(
      label,
      `cannot decorate the generator ${value.name}: it can be walked once, and a cached answer is for many. Return a promise of an array.`,
    )
  }
  return value as Method
}

function misplaced(label: string, where: string): CallOptionError {
  return new CallOptionError(label, `can only decorate a method, and is on ${where}.`)
}
