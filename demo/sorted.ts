/** Inserts into a sorted list and keeps it at most `limit` long; of two equals the earlier stays in front. */
export function insert<T>(list: T[], item: T, limit: number, order: (a: T, b: T) => number): void {
  let at = list.length
  while (at > 0 && order(list[at - 1] as T, item) > 0) at--
  list.splice(at, 0, item)
  if (list.length > limit) list.pop()
}
