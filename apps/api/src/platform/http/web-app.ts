import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NextFunction, Request, Response } from 'express';
import sirv from 'sirv';
import { projectRoot } from '../config/project-root.js';

const folder = join(projectRoot, 'apps/web/build');
const indexFile = join(folder, 'index.html');

/** What the app's own inline scripts are called in a content security policy. */
export function inlineScripts(): string[] {
  if (!existsSync(indexFile)) return [];
  const scripts = readFileSync(indexFile, 'utf8').matchAll(
    /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g,
  );
  return [...scripts].map(([, code]) => `'sha256-${createHash('sha256').update(code!).digest('base64')}'`);
}

/**
 * Serves the built web app: hashed files for ever, everything else fresh, and the app itself for any page it
 * routes. Never for `/api`, `/metrics` or a tracked link, nor for a request that wants to change something.
 */
export function webApp(): (request: Request, response: Response, next: NextFunction) => void {
  if (!existsSync(indexFile)) return (_request, _response, next) => next();
  const index = readFileSync(indexFile);
  const files = sirv(folder, {
    etag: true,
    gzip: true,
    brotli: true,
    setHeaders: (response, path) => {
      const forever = path.startsWith('/_app/immutable/');
      response.setHeader('Cache-Control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return (request, response, next) => {
    const page = request.method === 'GET' || request.method === 'HEAD';
    if (!page || /^\/(?:api|c|o)\/|^\/metrics$/.test(request.path)) return next();
    // A file that a new build has taken away ends this answer, not the process.
    response.once('pipe', (file) => file.once('error', () => response.destroy()));
    files(request, response, () => {
      if (request.path.startsWith('/_app/')) return next();
      response.setHeader('Cache-Control', 'no-store');
      response.type('html').send(index);
    });
  };
}
