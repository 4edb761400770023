import type { EngineCache } from '../../../../plugins/function/index.ts'
import type { CallOptions, Load } from '../../../../src/domain/index.ts'

interface StoredEntry {
  value: unknown
  stale: boolean
  readonly tags: readonly string[]
}

/** A cache of a Map that keeps what it was asked. It joins no loads and knows no time. */
export interface RecordingCache extends EngineCache {
  readonly entries: Map<string, StoredEntry>
  readonly calls: { readonly key: string; readonly options: CallOptions | undefined }[]
  namespace(name: string): RecordingCache
}

export function recordingCache(): RecordingCache {
  return space('', new Map(), [])
}

function space(
  prefix: string,
  entries: RecordingCache['entries'],
  calls: RecordingCache['calls'],
): RecordingCache {
  return {
    entries,
    calls,
    async getOrSet<T>(key: string, load: Load<T>, options?: CallOptions): Promise<T> {
      const full = prefix + key
      calls.push({ key: full, options })
      const found = entries.get(full)
      if (found !== undefined && !found.stale && options?.forceRefresh !== true) return found.value as T
      const tags = [...(options?.tags ?? [])]
      const value = await load({
        key,
        signal: new AbortController().signal,
        stale: found?.value,
        ttl: () => {},
        tag: (...more) => void tags.push(...more),
        skip: () => {},
        validators: undefined,
        validate: () => {},
        notModified: () => {
          throw new Error('not recorded')
        },
      })
      entries.set(full, { value, stale: false, tags })
      return value
    },
    async set(key, value, options) {
      entries.set(prefix + key, { value, stale: false, tags: [...(options?.tags ?? [])] })
      return true
    },
    async clear() {
      for (const key of entries.keys()) if (key.startsWith(prefix)) entries.delete(key)
    },
    delete: async (key) => entries.delete(prefix + key),
    async expire(key) {
      const found = entries.get(prefix + key)
      if (found !== undefined) found.stale = true
      return found !== undefined
    },
    namespace: (name) => space(`${prefix}${name}/`, entries, calls),
  }
}
