import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Until when a new policy can be given back. Policies that are in the book already get theirs with the next file of
 * policies that has them, whether their rows changed or not. Reversible.
 */
export class CoolingOff1795000051000 implements MigrationInterface {
  name = 'CoolingOff1795000051000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE policies ADD COLUMN cooling_off_ends_on date');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE policies DROP COLUMN cooling_off_ends_on');
  }
}
