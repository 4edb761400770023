import type { Plugin, StrategyFactory } from '../src/domain/index.ts'

/** What a configuration can name. Nothing is loaded before it is named. */
export const catalogue: {
  readonly plugins: Readonly<Record<string, () => Promise<Plugin>>>
  readonly strategies: Readonly<Record<string, () => Promise<StrategyFactory>>>
  readonly backends: readonly string[]
} = {
  plugins: {
    function: async () => (await import('./function/index.ts')).functionPlugin,
    'http-response': async () => (await import('./http-response/index.ts')).httpResponse,
  },
  strategies: {
    lru: async () => (await import('./strategies/lru/index.ts')).lru,
    fifo: async () => (await import('./strategies/fifo/index.ts')).fifo,
    ttl: async () => (await import('./strategies/ttl/index.ts')).ttl,
    clock: async () => (await import('./strategies/clock/index.ts')).clock,
    sieve: async () => (await import('./strategies/sieve/index.ts')).sieve,
    's3-fifo': async () => (await import('./strategies/s3-fifo/index.ts')).s3Fifo,
    arc: async () => (await import('./strategies/arc/index.ts')).arc,
    lfu: async () => (await import('./strategies/lfu/index.ts')).lfu,
    lirs: async () => (await import('./strategies/lirs/index.ts')).lirs,
    'w-tinylfu': async () => (await import('./strategies/w-tinylfu/index.ts')).wTinyLfu,
    auto: async () => (await import('./strategies/auto/index.ts')).autoStrategy(await autoCandidates()),
  },
  backends: ['memory'],
}

/** Strategies that differ, each the best somewhere, the default first. Strategies never import each other. */
async function autoCandidates(): Promise<readonly StrategyFactory[]> {
  return [
    (await import('./strategies/w-tinylfu/index.ts')).wTinyLfu,
    (await import('./strategies/lirs/index.ts')).lirs,
    (await import('./strategies/s3-fifo/index.ts')).s3Fifo,
    (await import('./strategies/arc/index.ts')).arc,
    (await import('./strategies/lru/index.ts')).lru,
  ]
}
