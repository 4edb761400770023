import { type RawRun, run, type Variant } from './run.ts'

process.once('message', async (variant) => {
  const result: RawRun = await run(variant as Variant)
  process.send?.(result, () => process.exit())
})

process.once('disconnect', () => process.exit(1))
