import { Injectable } from '@nestjs/common';
import { addDays, daysBetween } from '@aftercare/domain';
import { Clock } from '../../platform/clock/clock.js';
import { CampaignViewsRepository } from './campaign-views.repository.js';
import { CampaignsService } from './campaigns.service.js';
import commercialRenewal from './built-in/commercial-renewal.json' with { type: 'json' };
import communityEvening from './built-in/community-evening.json' with { type: 'json' };
import graceEnding from './built-in/grace-ending.json' with { type: 'json' };
import graceReminder from './built-in/grace-reminder.json' with { type: 'json' };
import healthCheck from './built-in/health-check.json' with { type: 'json' };
import healthRenewal from './built-in/health-renewal.json' with { type: 'json' };
import homeRenewal from './built-in/home-renewal.json' with { type: 'json' };
import lifeRenewal from './built-in/life-renewal.json' with { type: 'json' };
import motorRenewal from './built-in/motor-renewal.json' with { type: 'json' };
import newsletter from './built-in/newsletter.json' with { type: 'json' };
import travelRenewal from './built-in/travel-renewal.json' with { type: 'json' };
import welcome from './built-in/welcome.json' with { type: 'json' };
import winterMotorTips from './built-in/winter-motor-tips.json' with { type: 'json' };

/** What an insurer may run as it is: everything in them comes from the book. */
const running = [
  motorRenewal,
  homeRenewal,
  lifeRenewal,
  healthRenewal,
  travelRenewal,
  commercialRenewal,
  graceReminder,
  graceEnding,
  welcome,
  healthCheck,
];

/** Letters whose content, a tip, an invitation, an issue, staff write first: kept as drafts until they have. */
const drafts = [winterMotorTips, communityEvening, newsletter];

/** The day that the dates of the `once` files are written for. In a sample book it falls on the day of its making. */
const writtenFor = '2026-11-01';

const actor = 'system';

/** The campaigns that Aftercare brings along, as files that an operator can read and copy. */
@Injectable()
export class BuiltInCampaignsService {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly views: CampaignViewsRepository,
    private readonly clock: Clock,
  ) {}

  /** Takes them up and lets those run that can, so that what is due today goes out. Those there already stay. */
  async ensure(): Promise<void> {
    const today = this.clock.now().toString().slice(0, 10);
    for (const [files, activate] of [
      [running, true],
      [drafts, false],
    ] as const) {
      for (const file of files) {
        if ((await this.views.find(file.key)) !== null) continue;
        await this.campaigns.apply(JSON.stringify(movedTo(today, file)), { activate, actor });
      }
    }
  }
}

function movedTo<File extends { trigger: { type: string; at?: string } }>(today: string, file: File): File {
  const { at } = file.trigger;
  if (at === undefined) return file;
  const [date, time] = at.split('T') as [string, string];
  return {
    ...file,
    trigger: { ...file.trigger, at: `${addDays(date, daysBetween(writtenFor, today))}T${time}` },
  };
}
