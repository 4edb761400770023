import { clock } from '../../../../plugins/strategies/clock/index.ts'
import { strategyContract } from '../../../contracts/index.ts'
import { referenceClock } from '../../../contracts/reference-clock.ts'

strategyContract({ describe, it }, clock, { model: referenceClock })
