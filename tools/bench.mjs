import { readdirSync } from 'node:fs';
import { build, root } from './build.mjs';

const [name, ...options] = process.argv.slice(2);
const names = readdirSync(`${root}apps/api/bench`)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.replace(/\.mjs$/, ''));

if (name === '--list') {
  for (const each of names)
    console.log(`${each}  ${(await import(`../apps/api/bench/${each}.mjs`)).description}`);
} else if (!names.includes(name)) {
  console.error(`Usage: npm run bench -- <${names.join('|')}> [options], or --list`);
  process.exitCode = 2;
} else {
  build();
  const { run } = await import(`../apps/api/bench/${name}.mjs`);
  console.log(JSON.stringify(await run(options)));
  process.exit();
}
