import { MissingPackageError } from './errors.ts'

const NOT_FOUND: ReadonlySet<unknown> = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])

/**
 * The error for an optional package that is not installed, if that is what `error` says: Node's own message names the
 * file that asked for it, not what to do. A missing file of ours is another matter, and stays as it is.
 */
export function missingPackage(error: unknown, neededBy: string): MissingPackageError | undefined {
  if (!(error instanceof Error) || !NOT_FOUND.has((error as { code?: unknown }).code)) return undefined
  const specifier = /Cannot find (?:package|module) '([^']+)'/.exec(error.message)?.[1]
  const name = specifier === undefined ? undefined : packageName(specifier)
  return name === undefined ? undefined : new MissingPackageError(name, neededBy, { cause: error })
}

/** The package of a specifier such as `redis/client` or `@scope/name/part`; undefined for a path or URL. */
function packageName(specifier: string): string | undefined {
  return /^(?:@[\w.-]+\/)?[a-z\d][\w.-]*(?=\/|$)/i.exec(specifier)?.[0]
}
