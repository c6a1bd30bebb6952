import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

export const staffRoles = ['admin', 'marketing', 'compliance', 'retention', 'service'] as const;
export type StaffRole = (typeof staffRoles)[number];
export const anyStaff: StaffRole[] = [...staffRoles];

/** Who has signed in. */
export type User =
  | { kind: 'member'; customerId: string }
  | { kind: 'staff'; userId: string; name: string; role: StaffRole };

/** Who may call a route: everyone, any signed-in member, or staff with one of the roles. */
export type AccessRule = 'public' | 'member' | StaffRole[];

export const accessKey = 'aftercare:access';

/** Declares who may call a route. A route without it is refused to everyone. */
export const Access = (rule: AccessRule) => SetMetadata(accessKey, rule);

/** The signed-in caller of a route that is not public. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): User => {
  const user = context.switchToHttp().getRequest<Request & { user?: User }>().user;
  if (!user) throw new Error('CurrentUser is for routes that ask for a sign-in');
  return user;
});
