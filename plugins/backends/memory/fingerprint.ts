/**
 * A 31-bit hash of a key for the ghosts of strategies that remember evicted entries: FNV-1a over the characters,
 * finished with a multiply-xorshift. 31 bits keep the number a small integer in V8. The salt is random per store, so
 * nobody can choose keys that collide. Made once per insert, never on a hit, and only for strategies that ask.
 */
export function fingerprint(key: string, salt: number): number {
  let hash = salt | 0
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 1
}
