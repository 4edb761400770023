/** Whoever may have a shortcut open. */
export interface Opener {
  shut(): void
  /** Tells of the hits that were taken; what is open stays so. */
  settle(): void
}

/** All of this process, until each is shut. */
export const openers: Set<Opener> = new Set()

/**
 * Shuts the shortcuts of all caches of the process: something happens that a hit must take notice of. Nobody who shuts
 * them has to know what else is going on, since opening one again asks for everything.
 */
export function shutAll(): void {
  if (openers.size === 0) return
  for (const opener of openers) opener.shut()
}

/** Has everybody told what was read, while nothing happens that a hit must take notice of. */
export function settleAll(): void {
  if (openers.size === 0) return
  for (const opener of openers) opener.settle()
}
