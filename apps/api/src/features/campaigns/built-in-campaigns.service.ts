import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { addDays, daysBetween } from '@aftercare/domain';
import { Clock } from '../../platform/clock/clock.js';
import { CampaignViewsRepository } from './campaign-views.repository.js';
import { CampaignsService } from './campaigns.service.js';

/** Beside this file both in src and in dist: the build takes the campaign files along. */
const folder = join(import.meta.dirname, 'built-in');

/** The day that the `once` files are written for. In a sample book it falls on the day of its making. */
const writtenFor = '2026-11-01';

const actor = 'system';

/** The texts of the campaign files that Aftercare brings along, in order of their names. */
export function builtInFiles(): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** The campaigns that Aftercare brings along, as files that an operator can read and copy. */
@Injectable()
export class BuiltInCampaignsService {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly views: CampaignViewsRepository,
    private readonly clock: Clock,
  ) {}

  /** Takes them up and lets them run, so that what is due today goes out. Those there already stay. */
  async ensure(): Promise<void> {
    const today = this.clock.now().toString().slice(0, 10);
    for (const file of builtInFiles()) {
      const { key } = JSON.parse(file) as { key: string };
      if ((await this.views.find(key)) !== null) continue;
      await this.campaigns.apply(movedTo(today, file), { activate: true, actor });
    }
  }
}

/** A file whose `once` trigger, and the moments that its letters name, lie from `today` as they lay from its own day. */
export function movedTo(today: string, file: string): string {
  const { trigger } = JSON.parse(file) as { trigger: { type: string } };
  if (trigger.type !== 'once') return file;
  const days = daysBetween(writtenFor, today);
  return file.replaceAll(/"(\d{4}-\d\d-\d\d)(T\d\d:\d\d[^"]*)"/g, (_text, date: string, time: string) => {
    return `"${addDays(date, days)}${time}"`;
  });
}
