import { Injectable } from '@nestjs/common';
import type { Campaign, Line } from '@aftercare/domain';
import { Config } from '../../platform/config/config.js';
import type { ClaimedRow } from './chunk.repository.js';
import type { LoadedPolicy, RowFacts } from './facts.repository.js';
import { templateData } from './template-data.js';

/** A letter of a campaign: the template of a step or of one arm of its experiment. */
export interface LetterOf {
  step: string;
  variant: string | null;
  template: string;
}

/** The day on which the made-up customer reads. */
export const sampleDay = '2026-01-08';

const [today, customerId, policyId] = [sampleDay, 'sample', 'SAMPLE-1'];
const money = { amountMinor: 42_000, currency: 'EUR' };

/** What letters are made of for somebody of whom the book knows everything. */
@Injectable()
export class LetterSamplesService {
  constructor(private readonly config: Config) {}

  /**
   * The data of a letter to a made-up customer, as dispatch would put it together. What is missing here is missing
   * for everybody: neither the book nor the campaign's own content has it.
   */
  data(
    campaign: Campaign,
    letter: LetterOf,
    reader: { locale: string; line: Line },
  ): Record<string, unknown> {
    const row: ClaimedRow = {
      ...{
        deliveryId: '00000000-0000-7000-8000-000000000000',
        campaignId: '',
        campaignVersion: 1,
        claim: '',
      },
      ...{ step: letter.step, variant: letter.variant, template: letter.template },
      ...{ class: campaign.class, topic: campaign.topic, channel: 'email', customerId },
      policyId: campaign.subject === 'policy' ? policyId : null,
      ...{ termNo: campaign.subject === 'policy' ? 2 : null, subjectId: policyId, anchorDate: today },
      ...{ contactOn: today, attempts: 0, messageId: null, doubted: false, recipient: null },
      ...{ dueAt: new Date(`${today}T09:00Z`), expiresAt: new Date(`${today}T21:00Z`) },
    } as Partial<ClaimedRow> as ClaimedRow;
    return templateData(row, campaign, factsOf(reader), today, this.config.publicUrl);
  }
}

function factsOf({ locale, line }: { locale: string; line: Line }): RowFacts {
  const policy: LoadedPolicy = {
    ...{ id: policyId, line, product: 'Sample', status: 'grace', startDate: '2024-02-01' },
    ...{ renewalDate: '2026-02-01', endDate: '2026-01-31', premiumMinor: money.amountMinor },
    ...{ previousPremiumMinor: 40_000, currency: money.currency, paymentMode: 'annual' },
    ...{ sumInsuredMinor: 1_000_000, doNotRenew: false, timeZone: 'Europe/Paris', termNumber: 2 },
    ...{ statusSince: '2026-01-01', graceEndsOn: '2026-01-31', renewed: false },
    coolingOffEndsOn: '2026-01-15',
    firstUnpaidDueOn: '2026-01-01',
    insuredObject: { description: 'Sample' },
    owed: { dueDate: '2026-01-01', ...money },
  } as Partial<LoadedPolicy> as LoadedPolicy;
  // Only what letters are made of: whether one may go is not asked.
  const facts: Partial<RowFacts> = {
    customer: {
      ...{ id: customerId, givenName: 'Margaret', familyName: 'Hollis', email: 'margaret@example.com' },
      ...{ phone: '+33 1 23 45 67 89', birthDate: '1955-03-01', locale, timeZone: 'Europe/Paris' },
      ...{ region: 'FR', postalCode: '75001', agentId: 'A1', marketingConsent: true },
      ...{ hasOpenComplaint: false, isDeceased: false, policyCount: 1, lines: [line] },
    },
    policies: [policy],
  };
  return facts as RowFacts;
}
