import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import { register } from 'prom-client';
import { Access } from '../auth/access.decorator.js';
import { Config } from '../config/config.js';
import { ProblemError } from '../http/problem.js';
import { mayScrape } from './may-scrape.js';
import { Scrape } from './scrape.js';

/** Prometheus metrics, for a scraper on this machine or one that has the token. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly config: Config,
    private readonly scrape: Scrape,
  ) {}

  @Get()
  @Access('public')
  @Header('Content-Type', register.contentType)
  async metrics(@Req() request: Request): Promise<string> {
    if (!mayScrape(request, this.config.metricsToken)) {
      throw new ProblemError(
        'not_allowed',
        403,
        'Metrics are for this machine, or for who sends AFTERCARE_METRICS_TOKEN.',
      );
    }
    return this.scrape.text();
  }
}
