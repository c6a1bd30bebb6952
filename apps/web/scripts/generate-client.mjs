// Writes the API's client from apps/api/openapi.json. `node scripts/generate-client.mjs [folder]`, by default the
// committed one; the check generates into another folder and compares.
import { fileURLToPath } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await createClient({
  input: process.env.OPENAPI ?? here('../../api/openapi.json'),
  output: {
    path: process.argv[2] ?? here('../src/lib/api/generated'),
    // Explicit endings, as in the rest of the app.
    importFileExtension: '.ts',
    // No door of its own: pages import what they call.
    entryFile: false,
  },
  plugins: [
    '@hey-api/typescript',
    // What is no success is thrown, as an ApiProblem (src/lib/api/client.ts); what is one comes as bare data.
    { name: '@hey-api/client-fetch', throwOnError: true },
    { name: '@hey-api/sdk', responseStyle: 'data' },
  ],
  logs: { level: 'error' },
});
