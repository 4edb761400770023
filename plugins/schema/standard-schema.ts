import { CallOptionError, describe, type SchemaIssue } from '../../src/domain/index.ts'

/**
 * What a schema must have: the interface of Standard Schema, version 1 (standardschema.dev), which zod, valibot, arktype
 * and others implement. Described here by its structure, so that nothing has to be installed for it.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    /** Only for the types; need not be there. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** What a schema takes. */
export type InputOf<S extends StandardSchema> = NonNullable<S['~standard']['types']>['input']
/** What it makes of it. */
export type OutputOf<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output']

/** Some libraries have schemas that are functions. @throws CallOptionError */
export function mustBeSchema(schema: unknown): void {
  const given = typeof schema === 'object' || typeof schema === 'function' ? schema : undefined
  const standard = (given as Partial<StandardSchema> | null | undefined)?.['~standard']
  if (standard?.version === 1 && typeof standard.validate === 'function') return
  throw new CallOptionError(
    'schema',
    `expected a schema that implements Standard Schema version 1, got ${describe(schema)}.`,
  )
}
