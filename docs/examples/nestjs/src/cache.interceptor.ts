import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { Cache, CallOptions } from 'hitherto'
import { firstValueFrom, from, type Observable } from 'rxjs'
import { CACHE } from './cache.module.ts'

interface Request {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
}

const POLICY = 'hitherto:policy'

/** Caches the answers of a handler, by address. For answers that are the same for everybody. */
export const CacheAnswer = (policy: Pick<CallOptions, 'ttl' | 'tags' | 'staleWhileRevalidate'> = {}) =>
  SetMetadata(POLICY, policy)

/**
 * Answers GET requests from the cache. The handler runs inside the load, so the answer depends on all that the
 * handler reads from the cache: when a service evicts a user, the pages that show this user are gone, too.
 */
@Injectable()
export class CacheInterceptor implements NestInterceptor {
  @Inject(CACHE) private readonly cache!: Cache
  @Inject(Reflector) private readonly reflector!: Reflector

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const policy = this.reflector.get<CallOptions | undefined>(POLICY, context.getHandler())
    const { method, url, headers } = context.switchToHttp().getRequest<Request>()
    const isPersonal = headers.authorization !== undefined || headers.cookie !== undefined
    if (policy === undefined || method !== 'GET' || isPersonal) return next.handle()
    const load = () => firstValueFrom(next.handle())
    return from(this.cache.namespace('answers').getOrSet(url, load, policy))
  }
}
