import { Injectable } from '@nestjs/common';
import { checkAgainstPacks, type Campaign } from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';
import type { SimulationResult } from './simulations.schemas.js';

/** Legal notices beside what the law of each place asks of them. */
@Injectable()
export class StatutoryRepository {
  /**
   * Windows of statutory notices that no step of a legal campaign keeps, with the number of policies whose notice would
   * not come in time. What a legal step plans is never put off, so its days are those that the law is held against.
   */
  async missed(tx: Tx, campaigns: readonly Campaign[]): Promise<SimulationResult['statutory']> {
    const found: SimulationResult['statutory'] = [];
    for (const campaign of campaigns) {
      if (campaign.class !== 'legal') continue;
      for (const { code, jurisdiction, lines, message, rule } of checkAgainstPacks(campaign, () => [])) {
        if (code !== 'notice_not_in_window') continue;
        const policies = await this.policies(tx, jurisdiction, lines);
        if (policies === 0) continue;
        found.push({
          campaign: campaign.key,
          jurisdiction,
          lines: [...lines],
          message,
          source: rule.source,
          policies,
        });
      }
    }
    return found;
  }

  private async policies(tx: Tx, jurisdiction: string, lines: readonly string[]): Promise<number> {
    const [row] = await tx.query<[{ count: number }]>(
      `SELECT count(*) AS count FROM policies p JOIN customers c USING (customer_id)
       WHERE p.status IN ('in_force', 'grace') AND p.line = ANY($2)
         AND ($1 = '*' OR starts_with(upper(c.region) || '-', $1 || '-'))`,
      [jurisdiction, lines],
    );
    return row.count;
  }
}
