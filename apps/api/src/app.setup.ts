import type { IncomingMessage } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { ProblemFilter } from './platform/http/problem.filter.js';
import { requestId } from './platform/http/request-id.js';
import { validationPipe } from './platform/http/validation.pipe.js';
import { inlineScripts, webApp } from './platform/http/web-app.js';

/** Everything about HTTP that holds for all routes. Tests and the real start share it. */
export function setUpApp(app: NestExpressApplication): void {
  app.disable('x-powered-by');
  // A proxy on this machine or in its private network is believed about who is calling.
  app.set('trust proxy', 'loopback, linklocal, uniquelocal');
  app.use(requestId);
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: {
          // The message viewer shows stored letters in a sandboxed frame; its pictures come from anywhere.
          'img-src': ["'self'", 'data:', 'https:'],
          'script-src': ["'self'", ...inlineScripts()],
          'frame-src': ["'self'", 'data:', 'blob:'],
          'upgrade-insecure-requests': null,
        },
      },
      strictTransportSecurity: false,
    }),
  );
  app.use('/u', withoutBody);
  app.useBodyParser('raw', { type: isWebhook, limit: '1mb' });
  app.use(['/c', '/o'], withReadableName);
  app.use(webApp());
  setUpRoutes(app);
  app.useGlobalFilters(new ProblemFilter());
  const document = openApiDocument(app);
  app.use('/api/openapi.json', (_request: Request, response: Response) => void response.json(document));
}

/** What a mail provider posts is signed to the byte, and so it is read. */
function isWebhook(request: IncomingMessage): boolean {
  return (request as Request).originalUrl.startsWith('/api/public/webhooks/');
}

/** One-click unsubscribe acts whatever is sent along: nothing of it is read, so nothing of it can be wrong. */
function withoutBody(request: Request, _response: Response, next: NextFunction): void {
  delete request.headers['content-type'];
  next();
}

/** A link that was mangled gets the answer of tracked links all the same, be it no address at all any more. */
function withReadableName(request: Request, _response: Response, next: NextFunction): void {
  if (!/^\/[\w.-]+\/?$/.test(request.path)) request.url = '/-';
  next();
}

/** Where routes are and how their parameters are checked: all that their description depends on. */
export function setUpRoutes(app: NestExpressApplication): void {
  app.setGlobalPrefix('api', { exclude: ['metrics', 'u/:token', 'c/:token', 'o/:file'] });
  app.useGlobalPipes(validationPipe);
}

/** What every route takes and gives, as committed in openapi.json. */
export function openApiDocument(app: NestExpressApplication): OpenAPIObject {
  return SwaggerModule.createDocument(
    app,
    new DocumentBuilder().setTitle('Aftercare').setVersion('1').build(),
    { operationIdFactory: (_controller, method) => method },
  );
}
