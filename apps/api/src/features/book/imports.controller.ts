import { pipeline } from 'node:stream/promises';
import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Access, CurrentUser, type StaffUser } from '../../platform/auth/access.decorator.js';
import { ProblemError } from '../../platform/http/problem.js';
import { BookImportService } from './book-import.service.js';
import {
  importPageSchema,
  importQuerySchema,
  importSchema,
  newImportQuerySchema,
  type Import,
  type ImportPage,
  type ImportQuery,
  type NewImportQuery,
} from './imports.schemas.js';
import { ImportsService } from './imports.service.js';

const fileTypes = ['text/csv', 'application/x-ndjson', 'application/octet-stream'];

/** Files of the core system, uploaded by an administrator. */
@ApiTags('imports')
@Controller('staff/imports')
export class ImportsController {
  constructor(
    private readonly importing: BookImportService,
    private readonly imports: ImportsService,
  ) {}

  /** Takes the file as the body, as it comes in. Answers when it was read; the merge may still be going on. */
  @Post()
  @Access(['admin'])
  @ApiConsumes(...fileTypes)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiCreatedResponse({ standardSchema: importSchema })
  async createImport(
    @Query({ schema: newImportQuerySchema }) query: NewImportQuery,
    @CurrentUser() user: StaffUser,
    @Req() request: Request,
  ): Promise<Import> {
    try {
      if (!request.is(fileTypes)) {
        throw new ProblemError('unsupported_media_type', 415, `Send the file as ${fileTypes.join(' or ')}.`);
      }
      const { items } = await this.imports.list({
        kind: query.kind,
        state: 'running',
        sort: '-startedAt',
        limit: 1,
      });
      if (items.length > 0) {
        throw new ProblemError(
          'import_running',
          409,
          `Another import of ${query.kind} is running. Try again after it.`,
        );
      }
      const length = Number(request.headers['content-length']);
      const bytesTotal = Number.isNaN(length) ? null : length;
      const running = await this.importing.start({
        ...query,
        source: request,
        bytesTotal,
        startedBy: user.userId,
      });
      await Promise.race([running.read, running.done]);
      return await this.imports.get(running.importId);
    } catch (error) {
      // A sender that is still at it hears the answer only when somebody takes the rest.
      request.resume();
      throw error;
    }
  }

  @Get()
  @Access(['admin'])
  @ApiOkResponse({ standardSchema: importPageSchema })
  listImports(@Query({ schema: importQuerySchema }) query: ImportQuery): Promise<ImportPage> {
    return this.imports.list(query);
  }

  @Get(':importId')
  @Access(['admin'])
  @ApiOkResponse({ standardSchema: importSchema })
  getImport(@Param('importId', { schema: z.uuid() }) importId: string): Promise<Import> {
    return this.imports.get(importId);
  }

  @Get(':importId/rejected')
  @Access(['admin'])
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  async getImportRejects(
    @Param('importId', { schema: z.uuid() }) importId: string,
    @Res() response: Response,
  ): Promise<void> {
    const { kind } = await this.imports.get(importId);
    response.attachment(`${kind}-${importId}-rejected.csv`).type('text/csv');
    await this.imports.readRejects(importId, (csv) => pipeline(csv, response));
  }
}
