import type { SchemaResult, StandardSchema } from '../../../../plugins/schema/index.ts'
import type { SchemaIssue } from '../../../../src/domain/index.ts'

/** A schema by hand: what `parse` makes of a value, or the issue that it throws. */
export function schemaOf<Input, Output>(parse: (value: unknown) => Output): StandardSchema<Input, Output> {
  const validate = (value: unknown): SchemaResult<Output> => {
    try {
      return { value: parse(value) }
    } catch (issue) {
      return { issues: [issue as SchemaIssue] }
    }
  }
  return { '~standard': { version: 1, vendor: 'by hand', validate } }
}

/** The same, with a promise; `gate` holds it back. */
export function laterOf<Input, Output>(
  { '~standard': { validate } }: StandardSchema<Input, Output>,
  gate: () => Promise<unknown> = async () => {},
): StandardSchema<Input, Output> {
  const later = async (value: unknown) => {
    await gate()
    return validate(value)
  }
  return { '~standard': { version: 1, vendor: 'by hand, later', validate: later } }
}

/** Takes the text of a number, and makes a number of it: it refuses what it has made. */
export const numberOf: StandardSchema<string, number> = schemaOf((value) => {
  if (typeof value !== 'string' || Number.isNaN(Number(value)))
    throw { message: 'expected the text of a number', path: ['count', { key: 0 }] }
  return Number(value)
})

/** Texts and null. */
export const nullableOf: StandardSchema<string | null, string | null> = schemaOf((value) => {
  if (typeof value !== 'string' && value !== null) throw { message: 'expected a text or null' }
  return value
})

/** Texts. */
export const textOf: StandardSchema<string, string> = schemaOf((value) => {
  if (typeof value !== 'string') throw { message: 'expected a text' }
  return value
})
