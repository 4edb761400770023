import { httpAdapterContract } from '../../contracts/index.ts'
import { expressDriver } from '../adapters/express-driver.ts'
import { fastifyFrontDriver } from '../adapters/fastify-driver.ts'

for (const driver of [expressDriver('send', true), expressDriver('raw', true), fastifyFrontDriver]) {
  httpAdapterContract({ describe, it }, driver)
}
