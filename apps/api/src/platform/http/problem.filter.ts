import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ProblemError } from './problem.js';

const codes: Record<number, string> = {
  400: 'bad_request',
  401: 'not_signed_in',
  403: 'not_allowed',
  404: 'not_found',
  413: 'too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  503: 'unavailable',
};

/** Answers every error as RFC 9457 problem details. What was not foreseen is logged, and told as `internal` alone. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request & { id?: string }>();
    const response = http.getResponse<Response>();
    const problem = toProblem(error);
    if (problem.status >= 500) this.logger.error({ requestId: request.id, error: describe(error) });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { code, status, detail, errors, retryAfterSeconds } = problem;
    if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', retryAfterSeconds);
    response
      .status(status)
      .type('application/problem+json')
      .send(
        JSON.stringify({
          ...{ type: 'about:blank', title: code, status, code, detail, errors },
          ...{ requestId: request.id, retryAfterSeconds },
        }),
      );
  }
}

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof HttpException) {
    const status = error.getStatus();
    return new ProblemError(codes[status] ?? 'internal', status, error.message);
  }
  // What body-parser throws: its message speaks of the request alone.
  const { status, expose, message } = error as { status?: number; expose?: boolean; message?: string };
  if (status !== undefined && expose)
    return new ProblemError(codes[status] ?? 'bad_request', status, message ?? '');
  return new ProblemError(
    'internal',
    500,
    'Something went wrong on our side. It has been noted under the request id.',
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
