import { httpAdapterContract } from '../../contracts/index.ts'
import { expressDriver } from './express-driver.ts'
import { fastifyDriver, fastifyHookedDriver } from './fastify-driver.ts'

for (const driver of [expressDriver('send'), expressDriver('raw'), fastifyDriver, fastifyHookedDriver]) {
  httpAdapterContract({ describe, it }, driver)
}
