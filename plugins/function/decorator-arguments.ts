import { CallOptionError, describe } from '../../src/domain/index.ts'

/**
 * The options that a decorator was called with.
 *
 * @param given all arguments: without parentheses, TypeScript hands it what it is to decorate
 * @throws CallOptionError
 */
export function decoratorOptions<O extends object>(label: string, given: readonly unknown[]): Partial<O> {
  const [options = {}, ...more] = given
  if (typeof options === 'function' || more.some((each) => each !== undefined))
    throw new CallOptionError(label, `stands here without a call. Write ${label}(), with parentheses.`)
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options as Partial<O>
  throw new CallOptionError(label, `expected an object of options, got ${describe(options)}.`)
}
