import { fileURLToPath } from 'node:url';

/** The folder of the root package.json: this file lies five folders below it, in `src` as in `dist`. */
export const projectRoot = fileURLToPath(new URL('../../../../../', import.meta.url));
