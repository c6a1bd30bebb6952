// tsc copies TypeScript only: the templates' words and layouts go to dist beside it.
import { cp } from 'node:fs/promises';
import { extname } from 'node:path';

const root = new URL('../', import.meta.url);
await cp(new URL('src/templates/', root), new URL('dist/templates/', root), {
  recursive: true,
  filter: (source) => extname(source) === '' || ['.hbs', '.mjml', '.json'].includes(extname(source)),
});
