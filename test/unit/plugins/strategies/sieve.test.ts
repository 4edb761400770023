import { sieve } from '../../../../plugins/strategies/sieve/index.ts'
import { strategyContract } from '../../../contracts/index.ts'
import { referenceSieve } from '../../../contracts/reference-sieve.ts'

strategyContract({ describe, it }, sieve, { model: referenceSieve })
