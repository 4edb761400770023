import { copyOf, intake } from '../../../../src/application/values/index.ts'
import type { ClonePolicy } from '../../../../src/domain/index.ts'
import { vandalise } from './recipes.ts'

/** What two readers get whose predecessors, and the writer, did their worst to what they had in hand. */
export function afterVandals(original: unknown, policy: ClonePolicy): unknown[] {
  const kept = intake(original, policy)
  vandalise(original)
  const first = copyOf(kept.value, kept.copy)
  vandalise(copyOf(kept.value, kept.copy))
  return [first, copyOf(kept.value, kept.copy)]
}

/** The code and message of the error that a value is refused with. */
export function refusal(value: unknown, policy: ClonePolicy = 'auto'): string {
  try {
    intake(value, policy)
  } catch (error) {
    return `${(error as { code?: unknown }).code}: ${(error as Error).message}`
  }
  return 'kept'
}
