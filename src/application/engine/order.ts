import type { TagRecord } from '../../domain/index.ts'
import { shutAll } from './openers.ts'

/**
 * The order of invalidations of this process: one counter. An invalidation adds 1 and writes the new number into
 * each tag's record; a lease is the number at which a load began; an entry is good while no dependency has a number
 * above the one at which the entry was last known to be good. No clocks, no versions, no key lists.
 *
 * One order for all caches of the process, so that an entry of one cache can depend on a tag of another. A double
 * counts to 2^53: at a million invalidations a second, for 285 years.
 */
export const order: {
  epoch: number
  /** True once anything depends on every invalidation, those of keys that nobody is known to have read included. */
  coarse: boolean
  /** Entries stored so far, in all caches: while it stands still, no key can have got another answer. */
  stored: number
} = { epoch: 0, coarse: false, stored: 0 }

/** Changes with every invalidation: what an entry with too many dependencies depends on instead. */
export const everything: TagRecord = { name: '*', changed: 0, uses: 0, seenBy: 0 }

/** Marks the records as changed, all at one point of the order, and returns that point. */
export function change(records: Iterable<TagRecord>): number {
  order.epoch += 1
  shutAll()
  everything.changed = order.epoch
  for (const record of records) if (record.changed < order.epoch) record.changed = order.epoch
  return order.epoch
}

/** The latest change among the records; 0 if none of them ever changed. */
export function lastChange(records: Iterable<TagRecord>): number {
  let last = 0
  for (const record of records) if (record.changed > last) last = record.changed
  return last
}
