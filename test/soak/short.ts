import { expressSite } from './express-site.ts'
import { fastifySite } from './fastify-site.ts'
import { soak } from './soak.ts'
import { verdict } from './verdict.ts'

/** Three short rounds on the framework that `FRAMEWORK` names; prints what is wrong, or that nothing is. */
const ROUNDS = 3

const framework = process.env.FRAMEWORK === 'fastify' ? fastifySite : expressSite
const goesOn = (rounds: number) => rounds < ROUNDS
const report = await soak(framework, { seed: 20, clients: 10, acts: 24, warmUp: 1, goesOn })
// A young process still learns its own code; what leaks with every request takes more than this.
const faults = verdict(report, { heap: 6_000_000, buffers: 2_000_000 })
process.stdout.write(faults.length === 0 ? `${framework.name}: as without the cache` : faults.join('\n'))
