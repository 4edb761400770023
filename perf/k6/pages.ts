/** One page of the demo, as the traffic knows it. */
export type Page = {
  readonly path: string
  /** Stands in the body of this page and of hardly another: an answer without it belongs to somebody else. */
  readonly mark: string
  /** The country that a report is about. */
  readonly country?: string
}

/** Most popular first. */
export type Pages = {
  readonly nearest: readonly Page[]
  readonly search: readonly Page[]
  readonly report: readonly Page[]
  /** Pages that are in none of the other lists, so that nobody has asked for them. */
  readonly cold: readonly Page[]
}
