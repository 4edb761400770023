export { isAbortSignal } from './abort-signal.ts'
export type { ByteSize } from './byte-size.ts'
export { parseByteSize } from './byte-size.ts'
export type { CacheConfiguration, EntryPolicy } from './cache-configuration.ts'
export { cacheConfiguration, pluginName } from './cache-configuration.ts'
export type { CacheEntry, EntryState } from './cache-entry.ts'
export { entryState } from './cache-entry.ts'
export type { CacheKey } from './cache-key.ts'
export { cacheKey } from './cache-key.ts'
export type { CacheStats, SurfaceStats } from './cache-stats.ts'
export { checkTimeout } from './check-timeout.ts'
export { codec } from './codec.ts'
export type {
  BatchOptions,
  Cache,
  CacheEnvironment,
  CacheOptions,
  CallOptions,
  Clock,
  ClonePolicy,
  Codec,
  ConfigurationPort,
  EntryExtras,
  EntryOptions,
  EntryRecord,
  GetOrSetRequest,
  HookHandler,
  HookPoints,
  InvalidateTarget,
  KeyIndex,
  Load,
  LoadContext,
  LoadLimits,
  LoadMany,
  LoadManyContext,
  LoadTimeouts,
  LocalBackend,
  LocalBounds,
  LocalSpace,
  Logger,
  ManyLoaded,
  MetricsPort,
  Plugin,
  PluginEntry,
  PluginHost,
  PointName,
  RefreshAhead,
  RemovalCause,
  RemovalListener,
  SetOptions,
  Settled,
  SignalName,
  Signals,
  Slot,
  StandingClock,
  StopPlugin,
  Strategy,
  StrategyContext,
  StrategyFactory,
  SurfacePlugin,
  TagRecord,
  Validators,
  WrapOptions,
  Wrapped,
  WrappedControls,
  WrappedFunction,
} from './contracts/index.ts'
export { POINTS, SIGNALS } from './contracts/index.ts'
export { describe } from './describe.ts'
export type { CacheTtl, Duration } from './duration.ts'
export { cacheTtl, parseDuration } from './duration.ts'
export type { SchemaIssue } from './errors.ts'
export {
  AsyncHookError,
  CallOptionError,
  ClosedError,
  ConfigurationError,
  DecorationError,
  DuplicatePluginError,
  HithertoError,
  HookError,
  KeyArgumentError,
  KeyError,
  LoadTimeoutError,
  MissingPackageError,
  NotACacheError,
  OverloadError,
  PluginOrderError,
  PluginStartError,
  RecursiveLoadError,
  SchemaError,
  SharedValueError,
  StoreError,
  StrategyError,
  TagError,
  UnknownNameError,
  ValueError,
} from './errors.ts'
export type {
  CacheEntryCreated,
  CacheEntryEvicted,
  CacheEntryExpired,
  CacheEntryInvalidated,
  CacheHit,
  CacheMiss,
  EntryEvent,
  ErrorContained,
  FillRefused,
  GenerationSwapped,
  LoadCompleted,
  StaleServed,
} from './events.ts'
export { FrequencySketch, GhostQueue, GhostTable, SlotLists, widened } from './eviction/index.ts'
export type { EvictionPolicy } from './eviction-policy.ts'
export { evictionPolicy } from './eviction-policy.ts'
export type { HistogramSnapshot } from './histogram.ts'
export { Histogram } from './histogram.ts'
export { missingPackage } from './missing-package.ts'
export { nearestNames } from './nearest-names.ts'
export type { RefreshPolicy } from './refresh-ahead.ts'
export {
  isRefreshDue,
  NO_REFRESH,
  REFRESH_EXPECTED,
  refreshFrom,
  refreshPolicy,
} from './refresh-ahead.ts'
export { SHORTCUT_HITS, Shortcut } from './shortcut.ts'
export type { Tag } from './tag.ts'
export { tag, tagList } from './tag.ts'
