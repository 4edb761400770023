import { expect } from 'chai'
import type { Answer } from '../../contracts/http-adapter-client.ts'
import type { RawAnswer, Target } from './target.ts'

/** How often requests were sent, and how many of them the framework has seen. */
export interface Asked {
  sent: number
  reached: number
}

const isHit = (answer: Answer | RawAnswer): boolean =>
  'hit' in answer ? answer.hit : /; hit/.test(String(answer.headers['cache-status']))

const pageOf = (answer: Answer | RawAnswer): object => ({
  status: answer.status,
  body: 'text' in answer ? answer.text : answer.body,
})

/** Of an attack by sheer number, the first ones are sent again and the rest once. */
const MOST_REPEATED = 90

/**
 * For front mode: whoever asks asks three times. The first answer is what the attack looks at, and may come from what
 * others have put in front; the next ones are stored, sent in the ordinary place and then in front, for who comes after.
 */
export function warming(target: Target, asked: Asked): Target {
  const often = async <A extends Answer | RawAnswer>(one: () => Promise<A>): Promise<A> => {
    const counted = (): Promise<A> => {
      asked.sent += 1
      return one()
    }
    const first = await counted()
    if (asked.sent > MOST_REPEATED) return first
    const second = await counted()
    const third = await counted()
    if (isHit(third)) expect(pageOf(third), 'asked again').to.deep.equal(pageOf(second))
    return first
  }
  return {
    ...target,
    get: (path, options) => often(() => target.get(path, options)),
    raw: (path, headers, method) => often(() => target.raw(path, headers, method)),
  }
}
