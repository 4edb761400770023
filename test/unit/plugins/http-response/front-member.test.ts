import { expect } from 'chai'
import { HitMembers } from '../../../../plugins/http-response/front-member.ts'
import { httpPolicy } from '../../../../plugins/http-response/options.ts'

describe('the Cache-Status member of hits', () => {
  const members = new HitMembers({ name: 'cache' } as never)
  const policies = {
    full: httpPolicy({}),
    brief: httpPolicy({ cacheStatus: 'brief' }),
    debug: httpPolicy({ cacheStatus: 'debug' }),
    none: httpPolicy({ cacheStatus: false }),
  }

  it('says what each policy lets it, in any order of policies', () => {
    for (let i = 0; i < 2; i++) {
      expect(members.of(policies.full, 'key', 5_999)).to.equal('cache; hit; ttl=5')
      expect(members.of(policies.brief, 'key', 5_000)).to.equal('cache; hit')
      expect(members.of(policies.none, 'key', 5_000)).to.equal(undefined)
    }
  })

  it('names the key of each answer where it is to be named', () => {
    for (const key of ['a', 'b']) expect(members.of(policies.debug, key, 5_000)).to.include(key)
  })
})
