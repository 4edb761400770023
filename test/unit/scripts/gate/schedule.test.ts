import { expect } from 'chai'
import fc from 'fast-check'

type Result = { readonly code: number }
type Step = {
  readonly name: string
  readonly action: () => Promise<Result>
  readonly after?: readonly string[]
  readonly aside?: boolean
}
type Options = {
  readonly slots: number
  readonly report: (step: Step, result: Result) => void
  readonly stop: () => void
}
type Schedule = { runSteps(steps: readonly Step[], options: Options): Promise<string[]> }

const module = new URL('../../../../scripts/gate/schedule.mjs', import.meta.url).href
const ok: Result = { code: 0 }
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Steps that end when the test says so, and a record of what happened to them. */
class Stage {
  readonly running: Map<string, (result: Result) => void> = new Map()
  readonly started: string[] = []
  readonly reported: string[] = []
  stops = 0

  step(name: string, rest: Partial<Step> = {}): Step {
    const action = (): Promise<Result> => {
      this.started.push(name)
      return new Promise((resolve) => this.running.set(name, resolve))
    }
    return { name, action, ...rest }
  }

  /** What stops is what was killed: it ends with a code, too. */
  options(slots: number): Options {
    return {
      slots,
      report: ({ name }) => this.reported.push(name),
      stop: () => {
        this.stops++
        for (const name of this.running.keys()) this.end(name, 1)
      },
    }
  }

  end(name: string, code = 0): Promise<void> {
    this.running.get(name)?.({ code })
    this.running.delete(name)
    return turn()
  }
}

describe('the steps of the gate', () => {
  let runSteps: Schedule['runSteps']
  before(async () => {
    ;({ runSteps } = (await import(module)) as Schedule)
  })

  it('run side by side, as many as there are slots, in the order of the list', async () => {
    const stage = new Stage()
    const all = runSteps(
      ['a', 'b', 'c', 'd'].map((name) => stage.step(name)),
      stage.options(2),
    )
    expect(stage.started).to.deep.equal(['a', 'b'])
    await stage.end('b')
    expect(stage.started).to.deep.equal(['a', 'b', 'c'])
    await stage.end('c')
    await stage.end('a')
    await stage.end('d')
    expect(await all).to.deep.equal([])
    expect(stage.reported).to.deep.equal(['b', 'c', 'a', 'd'])
  })

  it('wait for what they need, and let those pass that need nothing', async () => {
    const stage = new Stage()
    const all = runSteps(
      [stage.step('install'), stage.step('test', { after: ['install'] }), stage.step('lint')],
      stage.options(2),
    )
    expect(stage.started).to.deep.equal(['install', 'lint'])
    await stage.end('lint')
    expect(stage.started).to.deep.equal(['install', 'lint'])
    await stage.end('install')
    await stage.end('test')
    expect(await all).to.deep.equal([])
  })

  it('take no slot when they stand aside', async () => {
    const stage = new Stage()
    const steps = [stage.step('compile', { aside: true }), stage.step('a'), stage.step('b')]
    const all = runSteps(steps, stage.options(1))
    expect(stage.started).to.deep.equal(['compile', 'a'])
    await stage.end('a')
    expect(stage.started).to.deep.equal(['compile', 'a', 'b'])
    await stage.end('b')
    await stage.end('compile')
    expect(await all).to.deep.equal([])
  })

  it('end with the first that fails, which alone is told; the others are named', async () => {
    const stage = new Stage()
    const steps = [
      stage.step('a'),
      stage.step('b'),
      stage.step('c', { after: ['a'] }),
      stage.step('compile', { aside: true }),
    ]
    const all = runSteps(steps, stage.options(2))
    await stage.end('b', 1)
    expect(await all).to.deep.equal(['a', 'compile', 'c'])
    expect(stage.reported).to.deep.equal(['b'])
    expect(stage.stops).to.equal(1)
    expect(stage.started).to.deep.equal(['a', 'b', 'compile'])
  })

  it('fail when their action throws', async () => {
    const stage = new Stage()
    const broken: Step = { name: 'broken', action: () => Promise.reject(new Error('no such program')) }
    expect(await runSteps([broken, stage.step('next')], stage.options(1))).to.deep.equal(['next'])
    expect(stage.reported).to.deep.equal(['broken'])
  })

  it('refuse to wait for a step that does not stand above them', async () => {
    const stage = new Stage()
    for (const steps of [
      [stage.step('a', { after: ['no such'] })],
      [stage.step('a', { after: ['a'] })],
      [stage.step('a', { after: ['b'] }), stage.step('b')],
    ]) {
      const refusal = await runSteps(steps, stage.options(1)).catch((error: Error) => error)
      expect(refusal).to.be.an('error').with.property('message').that.contains('which is no step above it')
    }
    expect(stage.started).to.deep.equal([])
  })

  it('each run once, none before what it needs, never more than the slots', async () => {
    const shape = fc.array(fc.array(fc.nat(20), { maxLength: 3 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(shape, fc.integer({ min: 1, max: 4 }), async (needs, slots) => {
        const ended = new Set<string>()
        const started: string[] = []
        let running = 0
        const steps = needs.map((wanted, n): Step => {
          const after = wanted.filter((above) => above < n).map(String)
          const action = async (): Promise<Result> => {
            expect(after.every((name) => ended.has(name))).to.equal(true)
            expect(++running).to.be.at.most(slots)
            started.push(String(n))
            for (let turns = wanted.length; turns > 0; turns--) await turn()
            running--
            ended.add(String(n))
            return ok
          }
          return { name: String(n), action, after }
        })
        const failures: string[] = []
        const report = (step: Step, { code }: Result): void => {
          if (code !== 0) failures.push(step.name)
        }
        expect(await runSteps(steps, { slots, report, stop: () => {} })).to.deep.equal([])
        expect(failures).to.deep.equal([])
        expect([...started].sort()).to.deep.equal(needs.map((_, n) => String(n)).sort())
      }),
    )
  })
})
