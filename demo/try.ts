import type { Framework } from './ledger.ts'

/** The lines to paste into a second terminal while the servers are up. */
export function linesToTry(ports: Readonly<Record<Framework, number>>): string {
  const [fastify, express] = [ports.fastify, ports.express].map((port) => `http://127.0.0.1:${port}`)
  return `The servers stay up; Ctrl-C ends them. In another terminal:

  # Twice: Cache-Status turns to hit, Age counts seconds, Server-Timing is the work the hit saved
  curl -i '${fastify}/nearest/FR/Lyon?limit=3'

  # Any part of a name, no accents needed
  curl -i '${express}/search?q=sao+jose&limit=3'

  # The report of France on both servers, then 304 Not Modified for who has it already
  curl -i '${fastify}/countries/FR'
  curl -i '${express}/countries/FR' --etag-save france.etag
  curl -i '${express}/countries/FR' --etag-compare france.etag

  # Change France through Fastify, and ask Express again: a miss, with the new revision
  curl -X POST '${fastify}/countries/FR/touch'
  curl -i '${express}/countries/FR'`
}
