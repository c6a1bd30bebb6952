import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { describe, expect, test } from 'vitest';
import type { Config } from '../config/config.js';
import { Access, anyStaff, CrossSite, type StaffUser, type User } from './access.decorator.js';
import { AccessGuard } from './access.guard.js';
import type { SessionsService } from './sessions.service.js';

const member: User = { kind: 'member', customerId: 'C1' };
const staff = (role: StaffUser['role']): StaffUser => {
  return { kind: 'staff', userId: 'S1', name: 'Sam', email: 'sam@example.com', role };
};

class Routes {
  undeclared(): void {}

  @Access('public')
  open(): void {}

  @Access('member')
  ofMembers(): void {}

  @Access(['marketing'])
  ofMarketing(): void {}

  @Access(anyStaff)
  ofStaff(): void {}

  @Access([])
  ofNobody(): void {}

  @Access('public')
  @CrossSite()
  fromAnywhere(): void {}
}

/** Asks the guard about a route for a browser with these sessions. @returns 'in', or the code of the refusal. */
async function ask(
  route: keyof Routes,
  sessions: { member?: User; staff?: User },
  request: { method?: string; headers?: Record<string, string> } = {},
): Promise<string> {
  const service = {
    findMember: async () => sessions.member ?? null,
    findStaff: async () => sessions.staff ?? null,
  } as unknown as SessionsService;
  const guard = new AccessGuard(new Reflector(), service, { publicUrl: 'https://a.example' } as Config);
  const context = {
    getHandler: () => Routes.prototype[route],
    switchToHttp: () => ({ getRequest: () => ({ method: 'GET', headers: {}, ...request }) }),
  } as unknown as ExecutionContext;
  return guard.canActivate(context).then(
    () => 'in',
    (error: { code: string }) => error.code,
  );
}

describe('a route', () => {
  const admin = { member, staff: staff('admin') };
  const everyone: Record<string, Parameters<typeof ask>[1]> = {
    nobody: {},
    member: { member },
    marketing: { staff: staff('marketing') },
    admin,
  };
  test.each<[keyof Routes, Record<string, string>]>([
    [
      'undeclared',
      { nobody: 'not_allowed', member: 'not_allowed', marketing: 'not_allowed', admin: 'not_allowed' },
    ],
    [
      'ofNobody',
      { nobody: 'not_signed_in', member: 'not_signed_in', marketing: 'not_allowed', admin: 'not_allowed' },
    ],
    ['open', { nobody: 'in', member: 'in', marketing: 'in', admin: 'in' }],
    ['ofMembers', { nobody: 'not_signed_in', member: 'in', marketing: 'not_signed_in', admin: 'in' }],
    [
      'ofMarketing',
      { nobody: 'not_signed_in', member: 'not_signed_in', marketing: 'in', admin: 'not_allowed' },
    ],
    ['ofStaff', { nobody: 'not_signed_in', member: 'not_signed_in', marketing: 'in', admin: 'in' }],
  ])('%s lets in whom it declares and nobody else', async (route, expected) => {
    const answers = Object.entries(everyone).map(async ([who, sessions]) => [
      who,
      await ask(route, sessions),
    ]);
    expect(Object.fromEntries((await Promise.all(answers)) as [string, string][])).toEqual(expected);
  });

  test('that changes something is closed to other sites, signed in or not, unless it says otherwise', async () => {
    const elsewhere = { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } };
    expect(await ask('open', {}, elsewhere)).toBe('cross_site');
    expect(await ask('ofMembers', admin, elsewhere)).toBe('cross_site');
    expect(await ask('fromAnywhere', {}, elsewhere)).toBe('in');
    expect(await ask('ofMembers', admin, { ...elsewhere, method: 'GET' })).toBe('in');
    for (const method of ['PUT', 'PATCH', 'DELETE', 'QUERY']) {
      expect([method, await ask('open', {}, { ...elsewhere, method })]).toEqual([method, 'cross_site']);
    }
  });
});
