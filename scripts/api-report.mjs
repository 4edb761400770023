/**
 * Holds the public names to docs/reference/api.md: a change of the API is a change of that page, or it fails.
 *
 * Usage: node scripts/api-report.mjs [--update], after a build and scripts/package-tools.mjs.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { differences, render } from './api-report/page.mjs'
import { publicNames } from './api-report/public-names.mjs'

const path = join(import.meta.dirname, '..', 'docs', 'reference', 'api.md')
const committed = existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\r\n', '\n') : ''
const names = publicNames()
const page = render(names)
const counts = [...names].map(([title, { length }]) => `${String(length).padStart(5)}  ${title}`).join('\n')
const told = differences(committed, page)

if (committed === page) {
  console.log(`as in docs/reference/api.md\n${counts}`)
} else if (process.argv.includes('--update')) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, page)
  console.log(`${told.join('\n')}\nwrote docs/reference/api.md\n${counts}`)
} else {
  console.error(
    [
      'The public names are not those of docs/reference/api.md:\n',
      ...(told.length > 0 ? told : ['the page was edited by hand']),
      '\nIf users are to see this: npm run api:update, tell them in CHANGELOG.md, commit both.',
      'If not: keep it out of the index.ts of its entry.',
    ].join('\n'),
  )
  process.exitCode = 1
}
