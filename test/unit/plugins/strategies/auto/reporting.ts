import type { AutoFactory, AutoReport } from '../../../../../plugins/strategies/auto/index.ts'
import type { StrategyFactory } from '../../../../../src/domain/index.ts'

/** A factory whose last strategy can be asked what it saw. */
export function reporting(auto: AutoFactory): { factory: StrategyFactory; report: () => AutoReport } {
  let report = (): AutoReport => {
    throw new Error('nothing was created yet')
  }
  const create: StrategyFactory['create'] = (context) => {
    const strategy = auto.create(context)
    report = () => strategy.report()
    return strategy
  }
  return { factory: { name: auto.name, create }, report: () => report() }
}
