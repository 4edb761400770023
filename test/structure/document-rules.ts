import { posix } from 'node:path'
import type { Files } from './source-file.ts'

const { dirname, join } = posix

const FENCE = /^```(\w*)[^\n]*\n([\s\S]*?)^```/gm
const SHELLS = new Set(['', 'sh', 'bash', 'shell', 'console'])
const NPM_COMMAND = /\bnpm (?:run )?([\w:-]+)/g
/** npm's own commands that pages mention; each other word must be a script. */
const NPM_BUILT_IN = new Set(['ci', 'install', 'i', 'run'])

/** The npm commands in the fenced shell blocks of a page: `npm run demo` -> demo, `npm test` -> test. */
export function npmCommands(markdown: string): string[] {
  const blocks = [...markdown.matchAll(FENCE)].filter((match) => SHELLS.has(match[1] ?? ''))
  return blocks.flatMap((block) => [...(block[2] ?? '').matchAll(NPM_COMMAND)].map((match) => match[1] ?? ''))
}

/** Commands of a page that are no script of package.json, and wanted ones that the page does not show. */
export function checkCommands(
  path: string,
  markdown: string,
  scripts: Readonly<Record<string, string>>,
  wanted: readonly string[],
): string[] {
  const shown = npmCommands(markdown).filter((name) => !NPM_BUILT_IN.has(name))
  return [
    ...[...new Set(shown)]
      .filter((name) => scripts[name] === undefined)
      .map((name) => `${path}: shows npm ${name}, which is no script of package.json`),
    ...wanted
      .filter((name) => !shown.includes(name))
      .map((name) => `${path}: does not show the command ${name}`),
  ]
}

const LINK = /\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g
const REFERENCE_LINK = /^\[[^\]]+\]:\s*(\S+)/gm

/** Relative links that lead to no file, or to a heading that the page does not have. */
export function checkLinks(pages: Files, exists: (path: string) => boolean): string[] {
  return Object.entries(pages).flatMap(([path, markdown]) =>
    linksOf(markdown).flatMap((link) => {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : join(dirname(path), decodeURIComponent(file))
      if (!exists(target)) return [`${path}: the link ${link} leads to no file`]
      const page = pages[target]
      if (anchor === undefined || page === undefined || anchorsOf(page).has(anchor)) return []
      return [`${path}: the link ${link} leads to no heading`]
    }),
  )
}

function linksOf(markdown: string): string[] {
  const prose = markdown.replace(FENCE, '').replace(/`[^`\n]*`/g, '')
  const links = [...prose.matchAll(LINK), ...prose.matchAll(REFERENCE_LINK)].map((match) => match[1] ?? '')
  return links.filter((link) => !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(link))
}

function anchorsOf(markdown: string): Set<string> {
  const headings = [...markdown.replace(FENCE, '').matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)]
  return new Set(headings.map((match) => slug(match[1] ?? '')))
}

/** The anchor that GitHub gives a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
}

/** The error classes with a literal code: name -> code. */
export function declaredErrors(source: string): Map<string, string> {
  const pattern = /export class (\w+) extends \w+ \{\s*declare readonly code: '(\w+)'/g
  return new Map([...source.matchAll(pattern)].map((match) => [match[1] ?? '', match[2] ?? '']))
}

/** The errors of the page: each `## HITHERTO_...` heading is followed by its class in backquotes. */
export function documentedErrors(markdown: string): Map<string, string> {
  const pattern = /^## (HITHERTO_\w+)\n+`(\w+)`/gm
  return new Map([...markdown.matchAll(pattern)].map((match) => [match[2] ?? '', match[1] ?? '']))
}

/** Both ways: an error that the page lacks, one that is gone, and a code that differs. */
export function checkErrorPage(source: string, markdown: string): string[] {
  const declared = declaredErrors(source)
  const documented = documentedErrors(markdown)
  const classes = [...source.matchAll(/export class (\w+) extends HithertoError/g)].map(
    (match) => match[1] ?? '',
  )
  return [
    ...classes.filter((name) => !declared.has(name)).map((name) => `${name} has no literal code`),
    ...[...declared]
      .filter(([name, code]) => documented.get(name) !== code)
      .map(([name, code]) => `${name} (${code}) is not in docs/errors.md`),
    ...[...documented]
      .filter(([name, code]) => declared.get(name) !== code)
      .map(([name, code]) => `docs/errors.md has ${name} (${code}), which is not in src/domain/errors.ts`),
    ...([...markdown.matchAll(/^## HITHERTO_/gm)].length === documented.size
      ? []
      : ['docs/errors.md has a HITHERTO_ heading without its class below']),
  ]
}
