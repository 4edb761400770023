/** Who called, nearest first. */
export interface Caller {
  /** The package of the file; undefined for the application's own files and for Node. */
  readonly package: string | undefined
  /** Its file, with forward slashes; empty if it has none. */
  readonly file: string
  /** For messages: the package, or the file and line. */
  at(): string
}

/** Deep enough for a getter of a framework that is called by a middleware. */
const DEPTH = 12

/**
 * The functions on the stack above `below`. Node's structured frames are asked for, not the text of a stack: that
 * would be made by source maps where they are on, at a hundred times the price.
 *
 * @param below the function that wants to know; neither it nor what it has called is listed
 */
export function callers(below: (...args: never[]) => unknown): readonly Caller[] {
  const { stackTraceLimit, prepareStackTrace } = Error
  const holder: { stack?: unknown } = {}
  try {
    Error.stackTraceLimit = DEPTH
    Error.prepareStackTrace = (_, sites) => sites
    Error.captureStackTrace(holder, below)
    const sites = ((holder.stack ?? []) as NodeJS.CallSite[]).map(callerOf)
    const first = sites.findIndex(({ file }) => !OWN_FILES.test(file))
    return first === -1 ? [] : sites.slice(first)
  } catch {
    // Frozen intrinsics: nobody is known then.
    return []
  } finally {
    restore(stackTraceLimit, prepareStackTrace)
  }
}

function restore(limit: number, prepare: typeof Error.prepareStackTrace): void {
  try {
    Error.stackTraceLimit = limit
    Error.prepareStackTrace = prepare
  } catch {
    // Nothing was changed.
  }
}

function callerOf(site: NodeJS.CallSite): Caller {
  const source = sourceOf(site.getFileName() ?? '')
  // The line is looked up only for a message: that takes longer than the rest.
  return {
    ...source,
    at: () => source.package ?? `${beneathCwd(source.file)}:${site.getLineNumber() ?? 0}`,
  }
}

type Source = Pick<Caller, 'package' | 'file'>

/** There are as many as the application has files, unless it makes them as it goes. */
const MOST_SOURCES = 2_000
const sources = new Map<string, Source>()

function sourceOf(name: string): Source {
  const known = sources.get(name)
  if (known !== undefined) return known
  const file = name.replaceAll('\\', '/').replace(/^file:\/\//, '')
  const source = { file, package: packageOf(file) }
  if (sources.size < MOST_SOURCES) sources.set(name, source)
  return source
}

function packageOf(file: string): string | undefined {
  const at = file.lastIndexOf(IN_PACKAGES)
  if (at === -1) return undefined
  const [first = '', second = ''] = file.slice(at + IN_PACKAGES.length).split('/', 2)
  return first.startsWith('@') ? `${first}/${second}` : first
}

/** The traps, which stand between who reads and who wants to know. */
const OWN_FILES = /\/observed-(?:headers|request)\.[jt]s$/

const IN_PACKAGES = '/node_modules/'

function beneathCwd(file: string): string {
  const cwd = `${process.cwd().replaceAll('\\', '/')}/`
  return file.startsWith(cwd) ? file.slice(cwd.length) : file
}
