import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import { collectDefaultMetrics, register } from 'prom-client';
import { Access } from '../auth/access.decorator.js';
import { Config } from '../config/config.js';
import { ProblemError } from '../http/problem.js';

/** Prometheus metrics, for a scraper on this machine or one that has the token. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly config: Config) {
    if (!register.getSingleMetric('process_cpu_user_seconds_total')) collectDefaultMetrics();
  }

  @Get()
  @Access('public')
  @Header('Content-Type', register.contentType)
  async metrics(@Req() request: Request): Promise<string> {
    if (!this.mayScrape(request)) {
      throw new ProblemError(
        'not_allowed',
        403,
        'Metrics are for this machine, or for who sends AFTERCARE_METRICS_TOKEN.',
      );
    }
    return register.metrics();
  }

  private mayScrape(request: Request): boolean {
    const token = this.config.metricsToken;
    if (token === undefined) return /^(::1|(::ffff:)?127\.)/.test(request.socket.remoteAddress ?? '');
    const given = Buffer.from(request.headers.authorization ?? '');
    const wanted = Buffer.from(`Bearer ${token}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}
