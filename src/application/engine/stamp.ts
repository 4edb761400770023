let last = 0

/** A number that no record bears as a stamp so far (`TagRecord.seenBy`): what bears it from now on was seen since. */
export function nextStamp(): number {
  last += 1
  return last
}
