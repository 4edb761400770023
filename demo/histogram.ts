/**
 * Latencies in buckets that grow by 1 % each, from a microsecond up: a quantile is off by at most 1 %, whatever
 * the number of samples, and two histograms add up bucket by bucket. Plain data, so that it can cross processes.
 */
export type Histogram = { count: number; readonly buckets: { [bucket: number]: number } }

const smallestMs = 0.001
const growth = Math.log(1.01)

export function createHistogram(): Histogram {
  return { count: 0, buckets: {} }
}

export function record(histogram: Histogram, ms: number): void {
  const bucket = Math.max(0, Math.round(Math.log(ms / smallestMs) / growth))
  histogram.count++
  histogram.buckets[bucket] = (histogram.buckets[bucket] ?? 0) + 1
}

/** The latency in ms that `share` of the samples do not exceed; `undefined` without samples. */
export function quantile(histogram: Histogram, share: number): number | undefined {
  let left = Math.max(1, Math.ceil(share * histogram.count))
  for (const [bucket, count] of Object.entries(histogram.buckets)) {
    left -= count
    if (left <= 0) return smallestMs * Math.exp(Number(bucket) * growth)
  }
  return undefined
}

export function merge(histograms: readonly Histogram[]): Histogram {
  const all = createHistogram()
  for (const { count, buckets } of histograms) {
    all.count += count
    for (const [bucket, n] of Object.entries(buckets)) {
      all.buckets[Number(bucket)] = (all.buckets[Number(bucket)] ?? 0) + n
    }
  }
  return all
}
