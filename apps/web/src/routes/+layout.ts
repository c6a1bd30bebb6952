import { setUpClient } from '#lib/api/client.ts';

// A single-page app: the API serves one index.html for every address.
export const ssr = false;
export const prerender = false;

// Before any page asks for anything, its own layout's session included.
setUpClient();
