import { expect } from 'chai'
import { READ_BY_HANDLERS } from './read-by-handlers.ts'
import { attack, everywhere, family } from './target.ts'

family('attacks: request headers that the answer depends on, named in Vary', () => {
  for (const name of READ_BY_HANDLERS) {
    const reflect = (say: boolean) =>
      everywhere((request, response) =>
        response.head(200, say ? { vary: name } : {}).send(`<a href="//${request.headers[name]}">`),
      )

    attack(`${name} poisons no page of others when the answer says Vary`, reflect(true), async ({ raw }) => {
      await raw('/', [`${name}: evil`])
      expect((await raw('/')).body).to.not.include('evil')
      expect((await raw('/', [`${name}: good`])).body).to.include('good')
      expect((await raw('/', [`${name}: evil`])).hit).to.equal(true)
    })

    attack(
      `${name} poisons no page of others when the mount names it`,
      reflect(false),
      async ({ raw }) => {
        await raw('/', [`${name}: evil`])
        expect((await raw('/')).body).to.not.include('evil')
        expect((await raw('/', [`${name}: good`])).body).to.include('good')
      },
      { mount: { ttl: '1m', vary: [name] } },
    )
  }

  attack(
    'a Vary reflected from the request makes no variant of others (Hono, GHSA-q7jf-gf43-6x6p)',
    everywhere((request, response) =>
      response
        .head(200, { vary: String(request.headers['x-vary'] ?? 'accept') })
        .send(String(request.headers['x-user'])),
    ),
    async ({ raw }) => {
      await raw('/', ['X-Vary: x-user', 'X-User: mine'])
      expect((await raw('/', ['X-Vary: x-user', 'X-User: theirs'])).body).to.equal('theirs')
      await raw('/', ['X-Vary: *', 'X-User: mine'])
      expect((await raw('/', ['X-Vary: *', 'X-User: theirs'])).body).to.equal('theirs')
    },
  )
})
