import { existsSync } from 'node:fs'
import { expect } from 'chai'
import { parseOptions, scenarioNames, UsageError, usage } from '../../../../perf/k6/runner/options.ts'

describe('the command line of the load tests', () => {
  it('runs the smoke scenario unless others are named, in the order they are named', () => {
    expect(parseOptions([])).to.deep.equal({ scenarios: ['smoke'], install: false, minutes: 10, help: false })
    expect(parseOptions(['soak', '--minutes', '0.5', 'ramp'])).to.deep.include({
      scenarios: ['soak', 'ramp'],
      minutes: 0.5,
    })
  })

  it('explains what it does not understand', () => {
    for (const [args, why] of [
      [['rampp'], 'No scenario "rampp": smoke,'],
      [['--minutes', 'x'], '--minutes must be a number above 0, not "x"'],
      [['--minutes', '0'], '--minutes must be a number'],
      [['--fast'], 'Usage: npm run perf:k6'],
    ] as const) {
      expect(() => parseOptions(args), args.join(' ')).to.throw(UsageError, why)
    }
  })

  it('has a script and a line of help for each scenario', () => {
    for (const name of scenarioNames) {
      const script = new URL(`../../../../perf/k6/scenarios/${name}.ts`, import.meta.url)
      expect(existsSync(script), name).to.equal(true)
      expect(usage).to.match(new RegExp(`^  ${name} +\\d`, 'm'))
    }
  })
})
