import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Config } from '../config/config.js';
import { ProblemError } from '../http/problem.js';
import { accessKey, crossSiteKey, type AccessRule, type User } from './access.decorator.js';
import { isSameOrigin } from './same-origin.js';
import { SessionsService } from './sessions.service.js';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Lets through whom the route declares with `@Access`. A route that declares nobody is for nobody. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SessionsService,
    private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request & { user?: User }>();
    const rule = this.reflector.get<AccessRule | undefined>(accessKey, context.getHandler());
    if (rule === undefined) throw new ProblemError('not_allowed', 403, 'Nobody may call this.');
    const crossSite = this.reflector.get<boolean | undefined>(crossSiteKey, context.getHandler()) === true;
    if (
      !crossSite &&
      !safeMethods.has(request.method) &&
      !isSameOrigin(request.headers, this.config.publicUrl)
    ) {
      throw new ProblemError('cross_site', 403, 'Another site cannot change anything here.');
    }
    if (rule === 'public') return true;
    const user = await this.findUser(rule, request);
    if (!user) throw new ProblemError('not_signed_in', 401, 'Sign in first.');
    if (user.kind === 'staff' && !rule.includes(user.role)) {
      throw new ProblemError('not_allowed', 403, 'Your role may not do this.');
    }
    request.user = user;
    return true;
  }

  /** A member and an employee may be signed in side by side in one browser: the route says who is meant. */
  private findUser(rule: Exclude<AccessRule, 'public'>, request: Request): Promise<User | null> {
    return rule === 'member' ? this.sessions.findMember(request) : this.sessions.findStaff(request);
  }
}
