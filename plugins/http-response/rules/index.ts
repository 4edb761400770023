export { isLanguageTag, lookedUpLanguage } from './accept-language.ts'
export { ageField, ageValue, apparentAge, correctedInitialAge, currentAge, dateValue } from './age.ts'
export type { ByteRange, RangeSpec } from './byte-ranges.ts'
export { coalesced, ifRangeHolds, parseRanges, satisfiable } from './byte-ranges.ts'
export type { CacheDirectives } from './cache-control.ts'
export {
  deltaSeconds,
  NO_DIRECTIVES,
  parseCacheControl,
  requestDirectives,
  withFieldNames,
} from './cache-control.ts'
export type { GroupScope } from './cache-groups.ts'
export { groupsOf, groupTag, invalidatedGroups } from './cache-groups.ts'
export type { CacheStatus, ForwardReason } from './cache-status.ts'
export { appendCacheStatus, cacheStatusMember, forwardReason } from './cache-status.ts'
export type { ContentCoding } from './content-coding.ts'
export {
  chosenCoding,
  codingChooser,
  forbidsTransforming,
  isCompressible,
  negotiatedFields,
  variantFields,
} from './content-coding.ts'
export { asciiLower, fieldLines, fieldValue, hasField, isToken, trimOws } from './fields.ts'
export type { Freshness, FreshnessLifetime, FreshnessOptions, FreshnessRule } from './freshness.ts'
export {
  ageOf,
  freshnessLifetime,
  freshnessOf,
  isFresh,
  mayServeOnError,
  mayServeWhileRevalidating,
  remainingLifetime,
} from './freshness.ts'
export { formatHttpDate, parseHttpDate } from './http-date.ts'
export type { KeyParts } from './key.ts'
export { methodClass, primaryKey } from './key.ts'
export type { RangeAnswer } from './multipart-ranges.ts'
export { rangeAnswer } from './multipart-ranges.ts'
export type { NegativeTtls } from './negative.ts'
export { isNegativeName, negativeTtlOf } from './negative.ts'
export type { UrlVariation } from './no-vary-search.ts'
export { isSameUrl, urlVariation, variationKey } from './no-vary-search.ts'
export type { RoutePolicy } from './policy.ts'
export { applicablePolicy } from './policy.ts'
export type { QueryRules } from './query-key.ts'
export { queryKey } from './query-key.ts'
export type { ResponseControl } from './response-control.ts'
export { OWN_TARGET, responseControl, TARGETS, targetedDirectives } from './response-control.ts'
export type { MissReason, ReuseDecision, ReuseOptions } from './reuse.ts'
export { decideReuse, isReadingMethod } from './reuse.ts'
export {
  isHeuristicallyCacheable,
  isPage,
  isServerError,
  isStorableStatus,
  isUnderstood,
} from './status-codes.ts'
export type { Storability, StoreCandidate, StoreOptions, StoreRefusal } from './storability.ts'
export {
  allowsAuthorized,
  allowsCookie,
  forbidsStoring,
  hasRequestBody,
  hasValidator,
  isAllowedStatus,
  isFillingMethod,
  overridesMethod,
  storability,
} from './storability.ts'
export { storedFields } from './stored-fields.ts'
export type { StructuredItem } from './structured-field.ts'
export { parseDictionary, structuredInteger, structuredString, tokenOrString } from './structured-field.ts'
export type { HeaderFields, RequestView, ResponseHead, StoredTimes } from './types.ts'
export {
  isNotModified,
  matchesAnyTag,
  notModifiedFields,
  saidByHead,
  updatedFields,
} from './validation.ts'
export type { VaryNames } from './vary.ts'
export { languageKey, selectingKey, varyNames } from './vary.ts'
export { varyNormalForm } from './vary-normal-form.ts'
