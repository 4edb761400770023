import { fifo } from '../../../../plugins/strategies/fifo/index.ts'
import { lru } from '../../../../plugins/strategies/lru/index.ts'
import { ttl } from '../../../../plugins/strategies/ttl/index.ts'
import { referenceFifo, referenceLru, referenceTtl, strategyContract } from '../../../contracts/index.ts'

strategyContract({ describe, it }, lru, { model: referenceLru })
strategyContract({ describe, it }, fifo, { model: referenceFifo })
strategyContract({ describe, it }, ttl, { model: referenceTtl })
