export type {
  EntryExtras,
  EntryRecord,
  KeyIndex,
  LocalBackend,
  LocalBounds,
  LocalSpace,
  RemovalCause,
  RemovalListener,
} from './backend.ts'
export type {
  BatchOptions,
  Cache,
  CallOptions,
  ClonePolicy,
  EntryOptions,
  GetOrSetRequest,
  InvalidateTarget,
  Load,
  LoadContext,
  LoadMany,
  LoadManyContext,
  LoadTimeouts,
  ManyLoaded,
  RefreshAhead,
  SetOptions,
  Validators,
} from './cache.ts'
export type { CacheEnvironment, CacheOptions, LoadLimits, PluginEntry } from './cache-options.ts'
export type { Clock, StandingClock } from './clock.ts'
export type { Codec } from './codec.ts'
export type { HookHandler, HookPoints, PointName, SignalName, Signals } from './hooks.ts'
export { POINTS, SIGNALS } from './hooks.ts'
export type { Logger } from './logger.ts'
export type { Plugin, PluginHost, StopPlugin, SurfacePlugin } from './plugin.ts'
export type { ConfigurationPort, MetricsPort } from './ports.ts'
export type { Slot, Strategy, StrategyContext, StrategyFactory } from './strategy.ts'
export type { TagRecord } from './tag-record.ts'
export type { Settled, WrapOptions, Wrapped, WrappedControls, WrappedFunction } from './wrap.ts'
