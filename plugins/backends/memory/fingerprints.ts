/**
 * A 31-bit hash of a key: two UTF-16 units per step of a multiply-xor, finished with a multiply-xorshift. 31 bits keep
 * the number a small integer in V8. The salt is random per store, so nobody can choose keys that collide.
 */
export function fingerprint(key: string, salt: number): number {
  const pairs = key.length & ~1
  let hash = salt | 0
  for (let i = 0; i < pairs; i += 2) {
    hash = Math.imul(hash ^ (key.charCodeAt(i) | (key.charCodeAt(i + 1) << 16)), 0x2545f491)
    hash ^= hash >>> 15
  }
  if (pairs < key.length) hash = Math.imul(hash ^ key.charCodeAt(pairs), 0x2545f491)
  hash = Math.imul(hash ^ (hash >>> 16) ^ key.length, 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 1
}

/**
 * The fingerprints of one store's keys. One operation may ask twice (the index to find the shard of a key, the strategy
 * for its ghosts), so the last answer is kept.
 */
export class Fingerprints {
  readonly #salt: number = Math.floor(Math.random() * 0x7fff_ffff)
  #key = ''
  #print: number

  constructor() {
    this.#print = fingerprint('', this.#salt)
  }

  of(key: string): number {
    if (key === this.#key) return this.#print
    this.#key = key
    this.#print = fingerprint(key, this.#salt)
    return this.#print
  }
}
