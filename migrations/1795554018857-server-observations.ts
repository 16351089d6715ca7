import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ServerObservations1795554018857 implements MigrationInterface {
  name = 'ServerObservations1795554018857';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE "mcp_server_observation" ("server" text NOT NULL, "gateway" text NOT NULL, "last_success_at" TIMESTAMP(3) WITH TIME ZONE, "last_failure_at" TIMESTAMP(3) WITH TIME ZONE, "last_failure" jsonb, "protocol_versions" jsonb NOT NULL, "server_info" jsonb, CONSTRAINT "PK_206d74d74bc70360ef029648f90" PRIMARY KEY ("server"))`,
    );
    await queryRunner.query(`ALTER TABLE "mcp_server" DROP COLUMN "status"`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE "mcp_server" ADD "status" jsonb NOT NULL DEFAULT '{"state": "unprobed", "checkedAt": null}'`,
    );
    await queryRunner.query(`ALTER TABLE "mcp_server" ALTER COLUMN "status" DROP DEFAULT`);
    await queryRunner.query(`DROP TABLE "mcp_server_observation"`);
  }
}
