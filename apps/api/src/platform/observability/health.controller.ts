import { Controller, Get } from '@nestjs/common';
import { Access } from '../auth/access.decorator.js';
import { DatabaseProbe } from '../database/database-probe.js';
import { ProblemError } from '../http/problem.js';

/** For load balancers and process managers: is the process up, and can it work. */
@Controller('health')
export class HealthController {
  constructor(private readonly database: DatabaseProbe) {}

  @Get('live')
  @Access('public')
  live(): { status: string } {
    return { status: 'live' };
  }

  @Get('ready')
  @Access('public')
  async ready(): Promise<{ status: string }> {
    const hindrance = await this.database.hindrance();
    if (!hindrance) return { status: 'ready' };
    const { message } = hindrance;
    throw new ProblemError('unavailable', 503, message, [{ path: 'database', ...hindrance }]);
  }
}
