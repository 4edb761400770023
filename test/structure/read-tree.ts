import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Files } from './source-file.ts'

const ROOT: string = join(import.meta.dirname, '..', '..')

/** The text of a file of the project. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

export function exists(path: string): boolean {
  return existsSync(join(ROOT, path))
}

/** All files below the folders whose names end so; a folder that is not there holds none. */
export function readTree(folders: readonly string[], extension: string): Files {
  const paths = folders.filter(exists).flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(extension) && !name.split(/[\\/]/).includes('node_modules'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  )
  return Object.fromEntries(paths.map((path) => [path, read(path)]))
}

/** The markdown pages at the root of the project. */
export function readRootPages(): Files {
  const names = readdirSync(ROOT).filter((name) => name.endsWith('.md'))
  return Object.fromEntries(names.map((name) => [name, read(name)]))
}
