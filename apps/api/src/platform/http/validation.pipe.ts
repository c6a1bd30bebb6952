import { StandardSchemaValidationPipe } from '@nestjs/common';
import { ProblemError } from './problem.js';

/** Checks every parameter that declares a schema, and says of each fault where it is. */
export const validationPipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) =>
    new ProblemError(
      'validation_failed',
      400,
      'Some of what was sent cannot be used.',
      issues.map((issue) => ({
        path: (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
        code: (issue as { code?: string }).code ?? 'invalid',
        message: issue.message,
      })),
    ),
});
