import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { TemplatePinsService } from './template-pins.service.js';

/**
 * Looks as a scheduler starts, before it plans anything, whether this release brings other letters than those that
 * were approved.
 */
@Injectable()
export class TemplatePinsJob implements OnModuleInit {
  private readonly logger = new Logger(TemplatePinsJob.name);

  constructor(
    private readonly config: Config,
    private readonly pins: TemplatePinsService,
  ) {}

  async onModuleInit(): Promise<void> {
    if (!this.config.roles.has('scheduler')) return;
    const paused = await this.pins.pauseChanged();
    if (paused.length > 0) {
      this.logger.warn(`Paused, for their letters are not those that were approved: ${paused.join(', ')}.`);
    }
  }
}
