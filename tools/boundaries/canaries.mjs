/**
 * For each rule of .dependency-cruiser.cjs a file that breaks it. `files` are written to an empty tree; the rule
 * must fire on the first of them.
 */
export const canaries = [
  {
    rule: 'no-circular',
    files: {
      'packages/domain/src/a.ts': `import { b } from './b.js';\nexport const a = () => b;`,
      'packages/domain/src/b.ts': `import { a } from './a.js';\nexport const b = () => a;`,
    },
  },
  { rule: 'no-unresolvable', files: { 'packages/domain/src/lost.ts': `import './nowhere.js';` } },
  {
    rule: 'domain-is-pure',
    files: { 'packages/domain/src/impure.ts': `import { readFileSync } from 'node:fs';\nreadFileSync;` },
  },
  {
    rule: 'notifications-only-domain-types',
    files: {
      'packages/notifications/src/decides.ts': `import { door } from '../../domain/src/index.js';\ndoor;`,
    },
  },
  {
    rule: 'packages-not-to-apps',
    files: {
      'packages/notifications/src/upwards.ts': `import { service } from '../../../apps/api/src/features/one/one.service.js';\nservice;`,
    },
  },
  {
    rule: 'web-only-domain',
    files: {
      'apps/web/src/mails.ts': `import { door } from '../../../packages/notifications/src/index.js';\ndoor;`,
    },
  },
  {
    rule: 'api-not-to-web',
    files: { 'apps/api/src/draws.ts': `import { page } from '../../web/src/page.js';\npage;` },
  },
  {
    rule: 'no-deep-package-import',
    files: {
      'apps/api/src/burgles.ts': `import { inner } from '../../../packages/domain/src/inner.js';\ninner;`,
    },
  },
  {
    rule: 'testing-door-is-for-tests',
    files: {
      'apps/api/src/features/one/random.ts': `import { random } from '../../../../../packages/domain/src/testing.js';\nrandom;`,
    },
  },
  {
    rule: 'platform-not-to-features',
    files: {
      'apps/api/src/platform/knows.ts': `import { service } from '../features/one/one.service.js';\nservice;`,
    },
  },
  {
    rule: 'feature-entry-only',
    files: {
      'apps/api/src/features/two/two.service.ts': `import { rows } from '../one/one.repository.js';\nrows;`,
    },
  },
  {
    rule: 'orm-quarantine',
    files: { 'apps/api/src/features/one/queries.ts': `import { DataSource } from 'typeorm';\nDataSource;` },
  },
  {
    rule: 'mail-quarantine',
    files: { 'apps/api/src/features/one/sends.ts': `import nodemailer from 'nodemailer';\nnodemailer;` },
  },
];

/** What the canaries reach for, and correct neighbours on which no rule may fire. */
export const ground = {
  'packages/domain/src/index.ts': `export { inner as door } from './inner.js';`,
  'packages/domain/src/inner.ts': `export const inner = 1;`,
  'packages/domain/src/testing.ts': `export const random = 4;`,
  'packages/notifications/src/index.ts': `import type { door } from '../../domain/src/index.js';\nexport { door } from './door.js';\nexport type D = typeof door;`,
  'packages/notifications/src/door.ts': `import nodemailer from 'nodemailer';\nexport const door = nodemailer;`,
  'apps/api/src/features/one/one.service.ts': `import { rows } from './one.repository.js';\nexport const service = rows;`,
  'apps/api/src/features/one/one.repository.ts': `import { DataSource } from 'typeorm';\nexport const rows = DataSource;`,
  'apps/api/src/features/three/three.service.ts': `import { service } from '../one/one.service.js';\nimport { door } from '../../../../../packages/domain/src/index.js';\nexport const three = [service, door];`,
  'apps/web/src/page.ts': `import { door } from '../../../packages/domain/src/index.js';\nexport const page = door;`,
  'node_modules/typeorm/package.json': `{ "name": "typeorm", "version": "1.0.0", "main": "index.js" }`,
  'node_modules/typeorm/index.js': `exports.DataSource = 1;`,
  'node_modules/nodemailer/package.json': `{ "name": "nodemailer", "version": "1.0.0", "main": "index.js" }`,
  'node_modules/nodemailer/index.js': `module.exports = 1;`,
  'tsconfig.base.json': `{ "compilerOptions": { "module": "NodeNext", "moduleResolution": "NodeNext" } }`,
  'package.json': `{ "type": "module", "dependencies": { "typeorm": "1", "nodemailer": "1" } }`,
};
