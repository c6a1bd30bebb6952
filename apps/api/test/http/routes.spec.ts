import { RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessKey, staffRoles, type AccessRule } from '../../src/platform/auth/access.decorator.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { memberCookie, staffCookie } from '../support/sign-in.js';

const callers = ['anonymous', 'member', ...staffRoles] as const;
type Caller = (typeof callers)[number];

interface Route {
  method: string;
  path: string;
  access: AccessRule | undefined;
}

/** Routes that people and programs call but that no client is generated for. */
const undocumented = ['GET metrics', 'POST u/:token', 'GET c/:token', 'GET o/:file'];

let database: TestDatabase;
let app: TestApp;
let routes: Route[];
const cookies = {} as Record<Caller, string>;

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database });
  await database.dataSource.query(`INSERT INTO customers (customer_id) VALUES ('C1')`);
  cookies.anonymous = '';
  cookies.member = await memberCookie(app, 'C1');
  for (const role of staffRoles) cookies[role] = await staffCookie(app, role);
  const document = (await (await fetch(`${app.url}/api/openapi.json`)).json()) as OpenAPIObject;
  routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations as Record<string, { 'x-access'?: AccessRule }>).map(([method, operation]) => {
      return { method: method.toUpperCase(), path, access: operation['x-access'] };
    }),
  );
});

afterAll(async () => {
  await app.close();
  await database.close();
});

/** What the access rule alone makes of a caller. */
function expectation(access: AccessRule, caller: Caller): 'in' | 'not_signed_in' | 'not_allowed' {
  if (access === 'public') return 'in';
  if (access === 'member') return caller === 'member' ? 'in' : 'not_signed_in';
  if (caller === 'anonymous' || caller === 'member') return 'not_signed_in';
  return access.includes(caller) ? 'in' : 'not_allowed';
}

/** What the platform makes of a caller: a refusal by the guard, or anything else. */
async function answer({ method, path }: Route, caller: Caller): Promise<string> {
  const address = path.replaceAll(/\{[^}]+\}/g, '00000000-0000-7000-8000-000000000000');
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const response = await fetch(`${app.url}${address}`, {
    method,
    headers: { cookie: cookies[caller], ...(hasBody ? { 'content-type': 'application/json' } : {}) },
    ...(hasBody ? { body: '{}' } : {}),
  });
  const { code } = (await response.json().catch(() => ({}))) as { code?: string };
  if (response.status === 401 && code === 'not_signed_in') return code;
  if (response.status === 403 && code === 'not_allowed') return code;
  // A route that falls over for whom it lets in has not been shown to let anybody in.
  return response.status < 500 || path.startsWith('/api/health/') ? 'in' : `${response.status}`;
}

test('every documented route declares who may call it', () => {
  expect(routes.length).toBeGreaterThan(15);
  expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
});

test('every route there is declares who may call it, and is documented', () => {
  const found: string[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      const prototype = (metatype as { prototype: Record<string, object> }).prototype;
      const prefix = Reflect.getMetadata('path', metatype as object) as string;
      for (const name of Object.getOwnPropertyNames(prototype)) {
        const handler = prototype[name]!;
        const path = Reflect.getMetadata('path', handler) as string | undefined;
        if (path === undefined || name === 'constructor') continue;
        const method = RequestMethod[Reflect.getMetadata('method', handler) as RequestMethod];
        found.push(`${method} ${[prefix, path].filter((part) => part && part !== '/').join('/')}`);
        expect([name, Reflect.hasMetadata(accessKey, handler)]).toEqual([name, true]);
      }
    }
  }
  const documented = routes.map(({ method, path }) => {
    return `${method} ${path.replace(/^\/api\//, '').replaceAll(/\{([^}]+)\}/g, ':$1')}`;
  });
  expect(found.toSorted()).toEqual([...documented, ...undocumented].toSorted());
});

describe.each(callers)('%s', (caller) => {
  test('gets in where the route says so, and nowhere else', async () => {
    const wrong = [];
    for (const route of routes) {
      const [wanted, got] = [expectation(route.access!, caller), await answer(route, caller)];
      if (wanted !== got) wrong.push({ ...route, wanted, got });
    }
    expect(wrong).toEqual([]);
  });
});
