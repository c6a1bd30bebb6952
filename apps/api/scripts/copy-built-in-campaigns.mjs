import { cpSync } from 'node:fs';

/** The compiler leaves files that are not code behind; the built-in campaigns are read at run time. */
const folder = 'features/campaigns/built-in';
cpSync(new URL(`../src/${folder}`, import.meta.url), new URL(`../dist/${folder}`, import.meta.url), {
  recursive: true,
});
