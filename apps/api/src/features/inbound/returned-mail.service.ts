import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { readReport, type MailReport } from '@aftercare/notifications';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { readReturnPath, returnPathKey } from '../../platform/mail/verp.js';
import { EvidenceService } from './evidence.service.js';
import { idsIn, type Evidence, type EvidenceKind } from './evidence.types.js';

/** A report may have waited in a queue. What lies further back, or ahead, is a clock that is wrong. */
const believedDaysBack = 30;

/** Mail that arrives where bounces, complaints and answers go. */
@Injectable()
export class ReturnedMailService {
  private readonly key: Buffer;
  private readonly mailboxes: ReadonlySet<string>;

  constructor(
    config: Config,
    private readonly clock: Clock,
    private readonly evidence: EvidenceService,
  ) {
    this.key = returnPathKey(config.secret);
    this.mailboxes = new Set(config.inboundSmtp.mailboxes);
  }

  /** Whether mail to an address is taken: a return path that we have signed, or one of our mailboxes. */
  accepts(address: string): boolean {
    return readReturnPath(address, this.key) !== null || this.mailboxes.has(address.toLowerCase());
  }

  /** Reads a mail and takes in what it reports. Once it resolves, that is durable. */
  async take(raw: Buffer, recipients: readonly string[]): Promise<void> {
    const report = await readReport(raw);
    for (const recipient of recipients) {
      await this.evidence.take('mail', this.evidenceOf(report, raw, readReturnPath(recipient, this.key)));
    }
  }

  /** @param signed the delivery that the address names which the mail came to */
  private evidenceOf(report: MailReport, raw: Buffer, signed: string | null): Evidence[] {
    const named = idsIn(report.about);
    const common = {
      deliveryIds: signed === null ? named : [signed],
      at: this.timeOf(report),
      trust: signed !== null ? 'signed' : named.length > 0 ? 'named' : 'none',
    } as const;
    const base = { ...common, address: null, status: null, verdict: null, excerpt: report.excerpt };
    // A mail that is handed over twice is the same to the byte: its sender had not heard our answer.
    const digest = createHash('sha256').update(raw).digest('base64url');
    const idOf = (part: number | string) => `${digest}:${signed ?? ''}:${part}`;
    switch (report.kind) {
      case 'status':
        return report.recipients.map(({ action, address, status, diagnostic, verdict }, index) => ({
          ...{ ...base, kind: kinds[action], address, status, verdict },
          ...{ excerpt: diagnostic ?? report.excerpt, externalId: idOf(index) },
        }));
      case 'complaint':
        return [{ ...base, kind: 'complaint', address: report.address, externalId: idOf('complaint') }];
      case 'auto_reply':
      case 'reply':
        return common.trust === 'none' ? [] : [{ ...base, kind: report.kind, externalId: idOf('answer') }];
      case 'other':
        return common.trust === 'signed' ? [{ ...base, kind: 'unclear', externalId: idOf('other') }] : [];
    }
  }

  private timeOf({ at }: MailReport): Date {
    const now = this.clock.now().epochMilliseconds;
    const said = at?.getTime() ?? now;
    return new Date(said > now || said < now - believedDaysBack * 86_400_000 ? now : said);
  }
}

const kinds: Record<'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded', EvidenceKind> = {
  failed: 'bounced',
  delayed: 'delayed',
  delivered: 'delivered',
  relayed: 'relayed',
  expanded: 'relayed',
};
