import { MemoryBackend } from '../../../../../plugins/backends/memory/index.ts'
import { lru } from '../../../../../plugins/strategies/lru/index.ts'
import { localBackendContract } from '../../../../contracts/index.ts'

localBackendContract({ describe, it }, 'memory', ({ clock, ...setup }) => {
  return new MemoryBackend({ ...setup, fallback: lru, now: () => clock.now() })
})
