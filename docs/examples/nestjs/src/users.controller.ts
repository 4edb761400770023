import {
  Body,
  Controller,
  Delete,
  Get,
  Inject,
  Param,
  ParseIntPipe,
  Put,
  UseInterceptors,
} from '@nestjs/common'
import { Cached } from 'hitherto/function'
import { CacheAnswer, CacheInterceptor } from './cache.interceptor.ts'
import { type User, UsersService } from './users.service.ts'

@Controller('users')
@UseInterceptors(CacheInterceptor)
export class UsersController {
  handled = 0
  @Inject(UsersService) private readonly users!: UsersService

  @Get('reads')
  reads(): { reads: number; handled: number } {
    return { reads: this.users.reads, handled: this.handled }
  }

  /** The decorators of hitherto and of NestJS may stand in either order. */
  @Cached({ ttl: '1m' })
  @Get('first')
  async first(): Promise<User> {
    this.handled += 1
    return this.users.find(1)
  }

  @Get('second')
  @Cached({ ttl: '1m' })
  async second(): Promise<User> {
    this.handled += 1
    return this.users.find(1)
  }

  @Get(':id')
  @CacheAnswer({ ttl: '1m' })
  async page(@Param('id', ParseIntPipe) id: number): Promise<{ title: string }> {
    this.handled += 1
    const { name } = await this.users.find(id)
    return { title: `This is ${name}` }
  }

  @Put(':id')
  save(@Param('id', ParseIntPipe) id: number, @Body() body: { name: string }): Promise<User> {
    return this.users.save({ id, name: body.name })
  }

  @Delete(':id')
  async remove(@Param('id', ParseIntPipe) id: number): Promise<void> {
    await this.users.remove(id)
  }
}
