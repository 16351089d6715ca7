import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AdminToken1795553943235 implements MigrationInterface {
  name = 'AdminToken1795553943235';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE "admin_token" ("id" text NOT NULL, "hash" text NOT NULL, "user" text, "name" text NOT NULL, "expires_at" TIMESTAMP(3) WITH TIME ZONE, "last_used_at" TIMESTAMP(3) WITH TIME ZONE, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "revoked_at" TIMESTAMP(3) WITH TIME ZONE, CONSTRAINT "UQ_e3a88d1f2828fff6013e8059dfc" UNIQUE ("hash"), CONSTRAINT "PK_d9dd49fbfbc51858ec09b262b82" PRIMARY KEY ("id"))`,
    );
    await queryRunner.query(`CREATE INDEX "IDX_a57be8d55e7e6d8b426c57b7b8" ON "admin_token"  ("user") `);
    await queryRunner.query(
      `ALTER TABLE "admin_token" ADD CONSTRAINT "FK_a57be8d55e7e6d8b426c57b7b87" FOREIGN KEY ("user") REFERENCES "app_user"("name") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "admin_token" DROP CONSTRAINT "FK_a57be8d55e7e6d8b426c57b7b87"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_a57be8d55e7e6d8b426c57b7b8"`);
    await queryRunner.query(`DROP TABLE "admin_token"`);
  }
}
