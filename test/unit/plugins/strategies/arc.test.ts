import { arc } from '../../../../plugins/strategies/arc/index.ts'
import { strategyContract } from '../../../contracts/index.ts'
import { referenceArc } from '../../../contracts/reference-arc.ts'

strategyContract({ describe, it }, arc, { model: referenceArc })
