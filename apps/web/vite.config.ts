import { paraglideVitePlugin } from '@inlang/paraglide-js';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/lib/paraglide',
      // The app decides the language itself (lib/i18n/locale.svelte.ts), so that a switch needs no reload.
      strategy: ['globalVariable', 'baseLocale'],
      emitReadme: false,
    }),
    tailwindcss(),
    sveltekit({
      adapter: adapter({ fallback: 'index.html', precompress: true }),
      csp: {
        mode: 'hash',
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          // Styles of an e-mail shown in its sandboxed frame are inline, and the frame inherits this policy.
          'style-src': ['self', 'unsafe-inline'],
          'img-src': ['self', 'data:', 'https:'],
          'connect-src': ['self'],
          'base-uri': ['self'],
          'object-src': ['none'],
          'form-action': ['self'],
        },
      },
    }),
  ],
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
});
