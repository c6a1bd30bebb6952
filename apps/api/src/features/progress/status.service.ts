import { Injectable } from '@nestjs/common';
import { ProgressRepository } from './progress.repository.js';
import type { SendingProgress } from './progress.schemas.js';
import { ProgressService } from './progress.service.js';

/** What an operator asks first. */
export interface PlatformStatus extends Omit<SendingProgress, 'rate'> {
  database: { version: string; bytes: number; connections: number };
  jobs: { queue: string; state: string; count: number }[];
  rate: Omit<SendingProgress['rate'], 'history' | 'slotSeconds'>;
}

/** The state of the whole installation, from any machine that reaches its database. */
@Injectable()
export class StatusService {
  constructor(
    private readonly progress: ProgressService,
    private readonly repository: ProgressRepository,
  ) {}

  async get(): Promise<PlatformStatus> {
    const [progress, database, jobs] = await Promise.all([
      this.progress.ofHouse(),
      this.repository.database(),
      this.repository.jobs(),
    ]);
    const { last10s, lastMinute, limit } = progress.rate;
    return { ...progress, rate: { last10s, lastMinute, limit }, database, jobs };
  }
}
