import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Gives every gateway an incarnation, from which its keys are derived. */
export class GatewayIncarnation1795556100000 implements MigrationInterface {
  name = 'GatewayIncarnation1795556100000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE "gateway" ADD "incarnation" text NOT NULL DEFAULT gen_random_uuid()::text`,
    );
    await queryRunner.query(`ALTER TABLE "gateway" ALTER COLUMN "incarnation" DROP DEFAULT`);
    await queryRunner.query(`ALTER TABLE "gateway" ADD "evicted_at" TIMESTAMP(3) WITH TIME ZONE`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "gateway" DROP COLUMN "evicted_at"`);
    await queryRunner.query(`ALTER TABLE "gateway" DROP COLUMN "incarnation"`);
  }
}
