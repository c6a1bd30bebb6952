import type { INestApplicationContext } from '@nestjs/common';
import { AccountsService, type SampleAccount } from './features/accounts/accounts.service.js';
import { SampleBookService } from './features/book/sample-book.service.js';
import { BuiltInCampaignsService } from './features/campaigns/built-in-campaigns.service.js';
import { LimitsService } from './features/deliveries/limits.service.js';

/**
 * Makes a database one that can be tried at once: a sample book, unless there is a book; campaigns that run, under a
 * frequency cap; and staff whose sign-ins are given back. Whatever is there already stays as it is.
 */
export async function prepareSample(app: INestApplicationContext): Promise<SampleAccount[]> {
  await app.get(SampleBookService, { strict: false }).ensure();
  await app.get(BuiltInCampaignsService, { strict: false }).ensure();
  await app.get(LimitsService, { strict: false }).ensureSampleLimits();
  return app.get(AccountsService, { strict: false }).ensureSampleStaff();
}
