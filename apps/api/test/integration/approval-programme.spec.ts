import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtInFiles } from '../../src/features/campaigns/built-in-campaigns.service.js';
import { readCampaignFile } from '../../src/features/campaigns/read-campaign-file.js';
import { SubmissionService } from '../../src/features/campaigns/submission.service.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let app: TestApp;

beforeAll(async () => {
  database = await testDatabase();
  app = await testApp({ database });
});
afterAll(async () => {
  await app.close();
  await database.close();
});

it('every campaign that Aftercare brings along could be submitted as it is', () => {
  const submission = app.get(SubmissionService);
  const found = builtInFiles().flatMap((text) => {
    const campaign = readCampaignFile(text);
    return submission.problems(campaign).map(({ path, message }) => `${campaign.key} ${path}: ${message}`);
  });
  expect(found).toEqual([]);
});
