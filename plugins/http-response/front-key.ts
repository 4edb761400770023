import { primaryKey } from './rules/index.ts'

/** Hosts whose part of the key is kept. */
const MOST_HOSTS = 256

/** What JSON writes as it is. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

/** Stands for the target in the key of a host, and is in no plain host. */
const HOLE = '\n'

/**
 * The primary keys of pages that nothing but their URL tells apart, as `primaryKey` makes them. What is the same for
 * all pages of a host is made once.
 */
export class FrontKeys {
  readonly #plain = new Map<string, readonly [string, string]>()
  readonly #secure = new Map<string, readonly [string, string]>()

  of(host: string, target: string, secure: boolean): string {
    const hosts = secure ? this.#secure : this.#plain
    const parts = PLAIN.test(target) ? (hosts.get(host) ?? around(hosts, host, secure)) : undefined
    return parts === undefined
      ? primaryKey({ method: 'GET', secure, host, target })
      : parts[0] + target + parts[1]
  }
}

function around(
  hosts: Map<string, readonly [string, string]>,
  host: string,
  secure: boolean,
): readonly [string, string] | undefined {
  if (!PLAIN.test(host)) return undefined
  // Hosts are chosen by clients.
  if (hosts.size >= MOST_HOSTS) hosts.clear()
  const [before = '', behind = ''] = primaryKey({ method: 'GET', secure, host, target: HOLE }).split('\\n')
  const parts = [before, behind] as const
  hosts.set(host, parts)
  return parts
}
