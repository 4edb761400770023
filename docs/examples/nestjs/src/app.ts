import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { CacheInterceptor } from './cache.interceptor.ts'
import { CacheModule } from './cache.module.ts'
import { UsersController } from './users.controller.ts'
import { UsersService } from './users.service.ts'

@Module({
  imports: [CacheModule],
  controllers: [UsersController],
  providers: [UsersService, CacheInterceptor],
})
class AppModule {}

export function createApp(): Promise<NestFastifyApplication> {
  return NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: ['error'] })
}
