export type {
  Migrate,
  SchemaCache,
  SchemaLoad,
  SchemaLoadContext,
  SchemaOptions,
  SchemaVersion,
} from './schema-cache.ts'
export type { InputOf, OutputOf, SchemaResult, StandardSchema } from './standard-schema.ts'
export { withSchema } from './with-schema.ts'
