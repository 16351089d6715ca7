import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keeps how far the clock of each replica is off. */
export class ReplicaClock1795556000000 implements MigrationInterface {
  name = 'ReplicaClock1795556000000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "replica" ADD "clock_offset_seconds" integer`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "replica" DROP COLUMN "clock_offset_seconds"`);
  }
}
