// A single-page app: the API serves one index.html for every address.
export const ssr = false;
export const prerender = false;
