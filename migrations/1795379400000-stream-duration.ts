import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Gives every server the longest duration of a response that applied to it so far by default. */
export class StreamDuration1795379400000 implements MigrationInterface {
  name = 'StreamDuration1795379400000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `UPDATE "mcp_server" SET "timeouts" = '{"maxStreamMs": 86400000}'::jsonb || "timeouts"`,
    );
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`UPDATE "mcp_server" SET "timeouts" = "timeouts" - 'maxStreamMs'`);
  }
}
