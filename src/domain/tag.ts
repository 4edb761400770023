import { TagError } from './errors.ts'

declare const tagBrand: unique symbol

/** A checked tag: the name of something that entries depend on, such as `'user:42'`. */
export type Tag = string & { readonly [tagBrand]: true }

/**
 * The smart constructor of tags.
 *
 * @throws TagError `HITHERTO_TAG_INVALID` for anything but a non-empty string
 */
export function tag(value: unknown): Tag {
  if (typeof value !== 'string' || value === '') throw new TagError(value)
  return value as Tag
}

/** Each of the tags, checked; a single string is refused, because its characters would become tags. */
export function tagList(values: unknown): readonly Tag[] {
  if (!Array.isArray(values)) throw new TagError(values)
  // Not map: it would skip the holes of a sparse list.
  return Array.from(values, (value) => tag(value))
}
