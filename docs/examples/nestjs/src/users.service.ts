import { Injectable, NotFoundException } from '@nestjs/common'
import { CacheConfig, Cached, CacheEvict, CachePut } from 'hitherto/function'

export interface User {
  readonly id: number
  readonly name: string
}

/** A service over a slow source; `reads` counts how often it is asked. */
@Injectable()
@CacheConfig({ namespace: 'users', ttl: '10m', tags: ['users'] })
export class UsersService {
  reads = 0
  private readonly rows = new Map<number, User>([[1, { id: 1, name: 'ann' }]])

  @Cached({ tags: (id: number) => [`user:${id}`] })
  async find(id: number): Promise<User> {
    this.reads += 1
    const user = this.rows.get(id)
    if (user === undefined) throw new NotFoundException()
    return user
  }

  @CachePut({ method: 'find', resultKey: (user: User) => [user.id] })
  async save(user: User): Promise<User> {
    this.rows.set(user.id, user)
    return user
  }

  @CacheEvict({ tags: (id: number) => [`user:${id}`] })
  async remove(id: number): Promise<void> {
    this.rows.delete(id)
  }
}
