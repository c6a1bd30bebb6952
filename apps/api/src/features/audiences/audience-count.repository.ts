import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { CampaignSubject, Rule } from '@aftercare/domain';
import { DataSource } from 'typeorm';
import { AudiencesService } from './audiences.service.js';
import { SqlParameters } from './audiences.types.js';

/** One of those whom a rule lets in. */
export interface AudienceMember {
  customerId: string;
  policyId: string | null;
  givenName: string | null;
  familyName: string | null;
}

/** PostgreSQL's word for a statement that was ended because it took too long. */
const cancelled = '57014';

/** How many a rule lets in, and who, for instance. */
@Injectable()
export class AudienceCountRepository {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audiences: AudiencesService,
  ) {}

  /**
   * @param today the civil date that the rule is asked about
   * @returns null when it takes longer than `timeoutMs`
   */
  async count(
    subject: CampaignSubject,
    rule: Rule,
    today: string,
    { sample, timeoutMs }: { sample: number; timeoutMs: number },
  ): Promise<{ count: number; sample: AudienceMember[] } | null> {
    const parameters = new SqlParameters();
    const scope = {
      customer: 'c',
      policy: subject === 'policy' ? 'p' : null,
      today: 'asked.today',
    };
    const book =
      subject === 'policy' ? 'policies p JOIN customers c ON c.customer_id = p.customer_id' : 'customers c';
    const source = `${book} CROSS JOIN (SELECT ${parameters.add(today, 'date')} AS today) asked`;
    const condition = this.audiences.condition(subject, rule, scope, parameters);
    const members = `FROM ${source} WHERE ${condition}`;
    const id = subject === 'policy' ? 'p.policy_id' : 'c.customer_id';
    try {
      return await this.dataSource.transaction('REPEATABLE READ', async (tx) => {
        await tx.query(`SET LOCAL statement_timeout = ${timeoutMs}`);
        await tx.query(`SET LOCAL jit = off`);
        const [row] = await tx.query<[{ count: number }]>(
          `SELECT count(*) AS count ${members}`,
          parameters.values,
        );
        const found = await tx.query<AudienceMember[]>(
          `SELECT c.customer_id AS "customerId", ${subject === 'policy' ? 'p.policy_id' : 'NULL'} AS "policyId",
                  c.given_name AS "givenName", c.family_name AS "familyName"
           ${members} ORDER BY ${id} LIMIT ${parameters.add(sample, 'int')}`,
          parameters.values,
        );
        return { count: row.count, sample: found };
      });
    } catch (error) {
      if ((error as { code?: string }).code === cancelled) return null;
      throw error;
    }
  }
}
