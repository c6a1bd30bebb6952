import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reports of long ago can be forgotten, as clicks can; nothing can change them. Reversible. */
export class EvidenceRetention1795000086001 implements MigrationInterface {
  name = 'EvidenceRetention1795000086001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER delivery_evidence_append_only ON delivery_evidence;
      CREATE TRIGGER delivery_evidence_append_only BEFORE UPDATE ON delivery_evidence
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      -- Only by the one statement that says that it forgets: a slip of the hand deletes nothing.
      CREATE TRIGGER delivery_evidence_kept BEFORE DELETE ON delivery_evidence
        FOR EACH STATEMENT WHEN (current_setting('aftercare.forgetting', true) IS DISTINCT FROM 'on')
        EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER delivery_evidence_kept ON delivery_evidence;
      DROP TRIGGER delivery_evidence_append_only ON delivery_evidence;
      CREATE TRIGGER delivery_evidence_append_only BEFORE UPDATE OR DELETE ON delivery_evidence
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    `);
  }
}
