/**
 * Runs steps side by side, at most `slots` at a time. Of those whose `after` have all succeeded the first of the list
 * starts first, so the list is the order of one slot. A step `aside` takes no slot: it is one that yields to all others.
 *
 * A step is `{ name, action, after?, aside? }`; its action resolves with `{ code, ... }`, and code 0 is success.
 * `report` hears of each step as it ends, with its result and seconds. After the first that fails nothing starts any
 * more, `stop` must end all that runs, and what these bring is dropped.
 *
 * @returns the names of the steps that did not come to an end of their own
 */
export async function runSteps(steps, { slots, report, stop }) {
  checkOrder(steps)
  const waiting = new Set(steps)
  const running = new Map()
  const succeeded = new Set()

  const startable = ({ aside, after = [] }) =>
    after.every((name) => succeeded.has(name)) &&
    (aside || [...running.keys()].filter((step) => !step.aside).length < slots)

  while (waiting.size + running.size > 0) {
    for (const step of waiting) {
      if (!startable(step)) continue
      waiting.delete(step)
      running.set(step, perform(step))
    }
    const { step, result, seconds } = await Promise.race(running.values())
    running.delete(step)
    report(step, result, seconds)
    if (result.code !== 0) {
      stop()
      await Promise.all(running.values())
      return [...running.keys(), ...waiting].map(({ name }) => name)
    }
    succeeded.add(step.name)
  }
  return []
}

async function perform(step) {
  const start = performance.now()
  const result = await step.action().catch((error) => ({ code: 1, output: `${error.stack}\n` }))
  return { step, result, seconds: (performance.now() - start) / 1000 }
}

/** A step that waited for none of the list, or for itself, would never start. */
function checkOrder(steps) {
  const above = new Set()
  for (const { name, after = [] } of steps) {
    const missing = after.find((wanted) => !above.has(wanted))
    if (missing !== undefined) throw new Error(`"${name}" waits for "${missing}", which is no step above it`)
    above.add(name)
  }
}
