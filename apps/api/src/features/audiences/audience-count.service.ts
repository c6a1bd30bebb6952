import { Injectable } from '@nestjs/common';
import type { CampaignSubject, Rule } from '@aftercare/domain';
import { Clock } from '../../platform/clock/clock.js';
import { ProblemError } from '../../platform/http/problem.js';
import { AudienceCountRepository, type AudienceMember } from './audience-count.repository.js';

const sampleSize = 10;
/** Somebody sits before the screen: what takes longer is refused with a word on how to mend it. */
const timeoutMs = 10_000;

/** Who is in, for somebody who writes a rule. */
@Injectable()
export class AudienceCountService {
  constructor(
    private readonly clock: Clock,
    private readonly repository: AudienceCountRepository,
  ) {}

  /**
   * How many subjects a rule lets in today, and the first few of them.
   * @throws ProblemError audience_too_slow
   */
  async count(subject: CampaignSubject, rule: Rule): Promise<{ count: number; sample: AudienceMember[] }> {
    const today = this.clock.now().toString().slice(0, 10);
    const found = await this.repository.count(subject, rule, today, { sample: sampleSize, timeoutMs });
    if (found !== null) return found;
    throw new ProblemError(
      'audience_too_slow',
      422,
      `Counting took longer than ${timeoutMs / 1000} seconds. Begin the rule with a question about line, status or a date, which leaves fewer to look at.`,
    );
  }
}
