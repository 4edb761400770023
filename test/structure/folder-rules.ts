import { posix } from 'node:path'
import type { SourceFile } from './source-file.ts'

const { basename, dirname } = posix

/** A file over the limit is split, or stands here with the reason why one longer file is better. */
export interface LongFile {
  readonly path: string
  readonly reason: string
}

export const MAX_LINES = 300

/** Folders of single-file layers: what lies beside those files has its own folder and barrel. */
const WITHOUT_BARREL = new Set(['plugins'])

/** Each folder that holds a source file has an index.ts, and an index.ts holds named re-exports only. */
export function checkBarrels(files: readonly SourceFile[]): string[] {
  const paths = new Set(files.map((file) => file.path))
  const folders = new Set(files.map((file) => dirname(file.path)))
  const without = [...folders].filter(
    (folder) => !WITHOUT_BARREL.has(folder) && !paths.has(`${folder}/index.ts`),
  )
  const barrels = files.filter((file) => basename(file.path) === 'index.ts')
  return [
    ...without.map((folder) => `${folder}: has no index.ts`),
    ...barrels
      .filter((file) => file.notReexport !== undefined)
      .map(
        (file) => `${file.path}:${file.notReexport}: a barrel holds only export { names } from './file.ts'`,
      ),
  ]
}

const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
const EMPTY_WORDS = new Set(['impl', 'manager', 'managers', 'helper', 'helpers', 'util', 'utils'])

/** Names say what a thing is: kebab-case files, no I-prefix, none of the words that fit anything. */
export function checkNames(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [
    ...file.path
      .replace(/\.ts$/, '')
      .split('/')
      .flatMap((segment) => whyNotSegment(segment).map((why) => `${file.path}: ${why}`)),
    ...file.interfaces
      .filter(({ name }) => /^I[A-Z][a-z]/.test(name))
      .map(({ name, line }) => `${file.path}:${line}: ${name} has an I prefix`),
    ...file.exported
      .filter(({ name }) => wordsOf(name).some((word) => EMPTY_WORDS.has(word)))
      .map(({ name, line }) => `${file.path}:${line}: ${name} says nothing (${[...EMPTY_WORDS].join(', ')})`),
  ])
}

function whyNotSegment(segment: string): string[] {
  if (!KEBAB_CASE.test(segment)) return [`${segment} is not kebab-case`]
  return segment.split('-').some((word) => EMPTY_WORDS.has(word)) ? [`${segment} says nothing`] : []
}

/** `HttpCacheManager` -> http, cache, manager. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
}

export function checkLengths(files: readonly SourceFile[], longFiles: readonly LongFile[]): string[] {
  const allowed = new Set(longFiles.map((long) => long.path))
  const long = files.filter((file) => file.lines > MAX_LINES)
  const longPaths = new Set(long.map((file) => file.path))
  return [
    ...long
      .filter((file) => !allowed.has(file.path))
      .map((file) => `${file.path}: ${file.lines} lines, the limit is ${MAX_LINES}`),
    ...longFiles
      .filter((entry) => !longPaths.has(entry.path))
      .map((entry) => `${entry.path}: is in the list of long files but is not long`),
    ...longFiles
      .filter((entry) => entry.reason.trim() === '')
      .map((entry) => `${entry.path}: has no reason to be long`),
  ]
}
