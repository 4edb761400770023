export { ageField, ageValue, apparentAge, correctedInitialAge, currentAge, dateValue } from './age.ts'
export type { CacheDirectives } from './cache-control.ts'
export {
  deltaSeconds,
  NO_DIRECTIVES,
  parseCacheControl,
  requestDirectives,
  withFieldNames,
} from './cache-control.ts'
export type { CacheStatus, ForwardReason } from './cache-status.ts'
export { appendCacheStatus, cacheStatusMember, forwardReason } from './cache-status.ts'
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
export type { NegativeTtls } from './negative.ts'
export { isNegativeName, negativeTtlOf } from './negative.ts'
export type { RoutePolicy } from './policy.ts'
export { applicablePolicy } from './policy.ts'
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
  confirmsByHead,
  isNotModified,
  matchesAnyTag,
  notModifiedFields,
  updatedFields,
} from './validation.ts'
export type { VaryNames } from './vary.ts'
export { languageKey, selectingKey, varyNames } from './vary.ts'
