import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Request } from 'express';

export const staffRoles = ['admin', 'marketing', 'compliance', 'retention', 'service'] as const;
export type StaffRole = (typeof staffRoles)[number];
export const anyStaff: StaffRole[] = [...staffRoles];

/** A customer who has signed in to the portal. */
export interface Member {
  kind: 'member';
  customerId: string;
}

/** An employee who has signed in to the desk. */
export interface StaffUser {
  kind: 'staff';
  userId: string;
  name: string;
  email: string;
  role: StaffRole;
}

/** Who has signed in. */
export type User = Member | StaffUser;

/** Who may call a route: everyone, any signed-in member, or staff with one of the roles. */
export type AccessRule = 'public' | 'member' | StaffRole[];

export const accessKey = 'aftercare:access';
export const crossSiteKey = 'aftercare:cross-site';

/**
 * Declares who may call a route, to the guard and, as `x-access`, in openapi.json. A route without it is
 * refused to everyone.
 */
export const Access = (rule: AccessRule): MethodDecorator =>
  applyDecorators(SetMetadata(accessKey, rule), ApiExtension('x-access', rule));

/**
 * Lets other sites, and programs that say nothing of where they come from, change something through this
 * route. Only for routes whose authority comes with the request itself and not with a cookie.
 */
export const CrossSite = (): MethodDecorator => SetMetadata(crossSiteKey, true);

/** The signed-in caller of a route that is not public. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): User => {
  const user = context.switchToHttp().getRequest<Request & { user?: User }>().user;
  if (!user) throw new Error('CurrentUser is for routes that ask for a sign-in');
  return user;
});

/** The staff id of the caller of a route for staff, as the audit log names them. */
export function staffId(user: User): string {
  if (user.kind !== 'staff') throw new Error('staffId is for routes that only staff may call');
  return user.userId;
}
