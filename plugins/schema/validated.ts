import { SchemaError } from '../../src/domain/index.ts'
import type { SchemaResult, StandardSchema } from './standard-schema.ts'

/** What the schema makes of a value. Synchronous where the schema is. @throws SchemaError, and what the schema throws */
export function validated<Output>(
  schema: StandardSchema<unknown, Output>,
  key: string,
  value: unknown,
): Output | Promise<Output> {
  const result = schema['~standard'].validate(value)
  return isPromise(result)
    ? Promise.resolve(result).then((settled) => outputOf(key, settled))
    : outputOf(key, result)
}

function outputOf<Output>(key: string, result: SchemaResult<Output>): Output {
  if (result.issues !== undefined) throw new SchemaError(key, result.issues)
  return result.value
}

export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  )
}
