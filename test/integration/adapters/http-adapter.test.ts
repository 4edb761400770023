import { httpAdapterContract } from '../../contracts/index.ts'
import { expressDriver } from './express-driver.ts'
import { fastifyDriver } from './fastify-driver.ts'

for (const driver of [expressDriver('send'), expressDriver('raw'), fastifyDriver]) {
  httpAdapterContract({ describe, it }, driver)
}
