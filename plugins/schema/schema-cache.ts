import type {
  BatchOptions,
  CacheEntry,
  CallOptions,
  InvalidateTarget,
  LoadContext,
  LoadMany,
  SetOptions,
} from '../../src/domain/index.ts'

/** Names what a schema has made: a number that grows, a date, a hash. */
export type SchemaVersion = string | number

/**
 * Makes what the schema takes now of what an older version of it had made; `undefined` if it cannot. May be called for
 * any read, so it depends on nothing but the value and changes nothing. The value is a copy of its own.
 */
export type Migrate<Input> = (old: unknown) => Input | undefined | PromiseLike<Input | undefined>

/** Options of `withSchema`. */
export interface SchemaOptions<Input = unknown> {
  /** To be changed whenever what the schema makes has another shape or meaning. */
  readonly version: SchemaVersion
  /**
   * The older versions whose entries are still of use, each with what it takes to bring them up to date. Where there
   * are entries of several, that of the version listed last goes first. Default: none, entries of other versions are
   * not seen.
   */
  readonly migrate?: Readonly<Record<SchemaVersion, Migrate<Input>>>
}

/** What a load of a typed view is given. */
export interface SchemaLoadContext<Output> extends LoadContext {
  readonly stale: Output | undefined
}

export type SchemaLoad<Input, Output> = (context: SchemaLoadContext<Output>) => Input | PromiseLike<Input>

/**
 * A cache in which all values have passed a schema: the typed view of `withSchema`. Its calls are those of `Cache`. What
 * goes in is what the schema takes; what comes out is what it made of that, when it came in.
 */
export interface SchemaCache<Input, Output = Input> {
  readonly version: SchemaVersion

  /** @throws AsyncHookError where an older entry has to be brought up to date by a schema or `migrate` with promises */
  peek(key: string): Output | undefined
  /** @throws AsyncHookError as `peek` does */
  getSync(key: string): Output | undefined
  get(key: string): Promise<Output | undefined>
  getMany(keys: readonly string[]): Promise<(Output | undefined)[]>
  has(key: string): Promise<boolean>
  /** Resolves to false if it was not kept. A value that the schema refuses is reported, and the older one is gone. */
  set(key: string, value: Input, options?: SetOptions): Promise<boolean>
  setMany(entries: Iterable<readonly [key: string, value: Input]>, options?: SetOptions): Promise<boolean[]>
  delete(key: string): Promise<boolean>
  deleteMany(keys: readonly string[]): Promise<number>
  expire(key: string): Promise<boolean>

  /**
   * The value of `key`, loaded once for all who ask meanwhile.
   *
   * @throws SchemaError `HITHERTO_VALUE_INVALID` if the schema refuses what was loaded, and all that `Cache` throws
   */
  getOrSet(key: string, load: SchemaLoad<Input, Output>, options?: CallOptions): Promise<Output>
  /** As with `Cache`; the place of a key whose value is refused holds the SchemaError. */
  getOrSetMany(
    keys: readonly string[],
    load: LoadMany<Input>,
    options?: CallOptions,
  ): Promise<(Output | undefined | Error)[]>
  /** As with `Cache`; a key whose value is refused rejects with the SchemaError. */
  batch(load: LoadMany<Input>, options?: BatchOptions): (key: string) => Promise<Output | undefined>

  /** Tags are those of the whole cache, keys those of this view. */
  invalidate(target: InvalidateTarget): Promise<void>
  /** Forgets what this view can see, older versions included. */
  clear(): Promise<void>
  /** What is known of an entry of this version. */
  inspect(key: string): CacheEntry | undefined
}
