import { ATTACKS, type Attack, DRIVERS } from './target.ts'
import { attacksOf, THREATS } from './threats.ts'

// Runs every attack at default settings, cache mounted for the whole application with a ttl, on both frameworks, in the
// ordinary place and in front mode, with and without observed Vary, and prints what is withstood. Exits with 1 if one is not withstood with observed Vary, if
// one falls without it that does not depend on headers read without a word, or if a control fails. What share falls
// without it says how many attacks of that kind are in this suite, and nothing else: no bar is made of it.
// Below that it counts threats (threats.ts), each of which is one or more of the attacks.
//   --verbose    also each attack and each threat that is not withstood without observed Vary
for (const file of [
  'bounds-and-disclosure',
  'denial',
  'key-confusion',
  'observed-headers',
  'private-answers',
  'storability',
  'unkeyed-headers',
]) {
  await import(`./${file}.test.ts`)
}

/** Families that are about headers the answer does not name: nothing but observing them helps against all of these. */
const UNSPOKEN = [
  'attacks: request headers that the handler reads without a word',
  'attacks: what is observed',
  'attacks: cookies on pages for everybody',
]
const print = (text: string): void => void process.stdout.write(`${text}\n`)
const verbose = process.argv.includes('--verbose')

interface Count {
  withstood: number
  all: number
  readonly fallen: string[]
  /** Those that were not withstood. */
  readonly attacks: Set<Attack>
}

async function count(attacks: readonly Attack[], column: Column): Promise<Count> {
  const found: Count = { withstood: 0, all: attacks.length, fallen: [], attacks: new Set() }
  for (const attack of attacks) {
    try {
      await attack.run(column.driver, column.observe ? {} : { observe: false })
      found.withstood += 1
    } catch (error) {
      found.attacks.add(attack)
      found.fallen.push(`${attack.family} > ${attack.name}: ${String(error).split('\n', 1)[0]}`)
    }
  }
  return found
}

interface Column {
  readonly title: string
  readonly driver: (typeof DRIVERS)[number]
  readonly observe: boolean
}

const columns: readonly Column[] = DRIVERS.flatMap((driver) =>
  [true, false].map((observe) => ({
    title: `${driver.name.replace(', res.send', '')}${observe ? '' : ', observe: false'}`,
    driver,
    observe,
  })),
)

const families = [...new Set(ATTACKS.map(({ family }) => family))].sort()
const rows: (readonly [string, readonly Count[]])[] = []
for (const family of families) {
  const attacks = ATTACKS.filter((attack) => attack.family === family)
  const counts: Count[] = []
  for (const column of columns) counts.push(await count(attacks, column))
  rows.push([family, counts])
}

const total = (wanted: (family: string) => boolean): readonly Count[] =>
  columns.map((_, i) => {
    const counts = rows.filter(([family]) => wanted(family)).map(([, all]) => all[i] as Count)
    return {
      withstood: counts.reduce((sum, { withstood }) => sum + withstood, 0),
      all: counts.reduce((sum, { all }) => sum + all, 0),
      fallen: counts.flatMap(({ fallen }) => fallen),
      attacks: new Set(counts.flatMap(({ attacks }) => [...attacks])),
    }
  })
const attacks = total((family) => !family.startsWith('controls'))
const controls = total((family) => family.startsWith('controls'))

const line = (name: string, counts: readonly Count[]): string =>
  `| ${name} | ${counts.map(({ withstood, all }) => `${withstood} of ${all}`).join(' | ')} |`
print(`| | ${columns.map(({ title }) => title).join(' | ')} |`)
print(`| --- | ${columns.map(() => '---').join(' | ')} |`)
for (const [family, counts] of rows) print(line(family, counts))
print(line('**all attacks**', attacks))
print(line('**all controls**', controls))

const threats = columns.map((_, i): Count => {
  const { attacks: lost } = attacks[i] as Count
  const fallen = THREATS.filter((threat) => attacksOf(threat, ATTACKS).some((attack) => lost.has(attack)))
  const withstood = THREATS.length - fallen.length
  return { withstood, all: THREATS.length, fallen: fallen.map(([what]) => what), attacks: lost }
})
print(line('**threats**', threats))
for (const [what] of THREATS.filter((threat) => attacksOf(threat, ATTACKS).length === 0)) {
  process.exitCode = 1
  print(`\nNo attack stands for this threat: ${what}`)
}

for (const [i, column] of columns.entries()) {
  const { withstood, all, fallen } = attacks[i] as Count
  const kept = controls[i]?.withstood === controls[i]?.all
  const unexpected = column.observe
    ? fallen
    : fallen.filter((one) => !UNSPOKEN.some((family) => one.startsWith(family)))
  if (unexpected.length > 0 || !kept) process.exitCode = 1
  print(`\n${column.title}: ${withstood} of ${all} withstood (${((100 * withstood) / all).toFixed(1)} %)`)
  for (const one of verbose ? fallen : unexpected) print(`  not withstood: ${one}`)
  if (verbose) for (const one of threats[i]?.fallen ?? []) print(`  threat not withstood: ${one}`)
  for (const one of controls[i]?.fallen ?? []) print(`  a control that fails: ${one}`)
}

// Sockets that an attack has left open must not keep the table from its reader.
process.exit()
