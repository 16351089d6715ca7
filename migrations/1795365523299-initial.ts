import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Initial1795365523299 implements MigrationInterface {
  name = 'Initial1795365523299';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE "audit_minute" ("minute" TIMESTAMP(0) WITH TIME ZONE NOT NULL, "gateway" text NOT NULL, "server" text NOT NULL, "user" text NOT NULL, "status" text NOT NULL, "count" integer NOT NULL, "total_latency_ms" double precision NOT NULL, CONSTRAINT "PK_6c17001f1cbe1b5f33419221ecd" PRIMARY KEY ("minute", "gateway", "server", "user", "status"))`,
    );
    await queryRunner.query(
      `CREATE TABLE "audit_part" ("replica" text NOT NULL, "boot" text NOT NULL, "seq" bigint NOT NULL, "request_id" text NOT NULL, "body" jsonb NOT NULL, "received_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, CONSTRAINT "PK_5335c0c94c12e942d41dc15ff40" PRIMARY KEY ("replica", "boot", "seq"))`,
    );
    await queryRunner.query(`CREATE INDEX "IDX_d24cb9a2bcc41d8945a066175c" ON "audit_part"  ("request_id") `);
    await queryRunner.query(
      `CREATE TABLE "audit_record" ("id" text NOT NULL, "kind" text NOT NULL, "timestamp" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "user" text, "mcp_server" text, "tool" text, "entry_gateway" text, "handling_gateway" text, "status" text NOT NULL, "reason" text, "trace_id" text, "body" jsonb NOT NULL, CONSTRAINT "PK_2c07dcda4cbae68f1cbbe6d7426" PRIMARY KEY ("id"))`,
    );
    await queryRunner.query(`CREATE INDEX "IDX_1661e287c436f4b9c47bb2d867" ON "audit_record"  ("user") `);
    await queryRunner.query(
      `CREATE INDEX "IDX_aeaa92d75759ae267077938d8d" ON "audit_record"  ("mcp_server") `,
    );
    await queryRunner.query(`CREATE INDEX "IDX_2ba91660535cdaae6f5138bafb" ON "audit_record"  ("tool") `);
    await queryRunner.query(
      `CREATE INDEX "IDX_aa665b68f901f3ee9f249774a7" ON "audit_record"  ("entry_gateway") `,
    );
    await queryRunner.query(
      `CREATE INDEX "IDX_3faf43dfdb106aca3c4674e917" ON "audit_record"  ("handling_gateway") `,
    );
    await queryRunner.query(`CREATE INDEX "IDX_08dadbbad479e431a76d421ce1" ON "audit_record"  ("status") `);
    await queryRunner.query(`CREATE INDEX "IDX_c2e1b56ebb995db7d7d07017c0" ON "audit_record"  ("reason") `);
    await queryRunner.query(`CREATE INDEX "IDX_157c28a8915997d47175b71681" ON "audit_record"  ("trace_id") `);
    await queryRunner.query(
      `CREATE INDEX "IDX_ed28ce72514613401ac7bd7771" ON "audit_record"  ("timestamp", "id") `,
    );
    await queryRunner.query(
      `CREATE TABLE "config_bucket" ("bucket" integer NOT NULL, "hash" text NOT NULL, CONSTRAINT "PK_5246805c3d94e862002242451ff" PRIMARY KEY ("bucket"))`,
    );
    await queryRunner.query(
      `CREATE TABLE "config_entity" ("kind" text NOT NULL, "key" text NOT NULL, "bucket" integer NOT NULL, "body" text NOT NULL, "hash" text NOT NULL, "revision" integer NOT NULL, CONSTRAINT "PK_6a36dadcd38c4d8f08421d78e5a" PRIMARY KEY ("kind", "key"))`,
    );
    await queryRunner.query(`CREATE INDEX "IDX_f2a302249e307253e86ba01a70" ON "config_entity"  ("bucket") `);
    await queryRunner.query(
      `CREATE TABLE "config_head" ("id" integer NOT NULL, "epoch" integer NOT NULL, "revision" integer NOT NULL, "digest" text NOT NULL, "hop_generation" integer NOT NULL, "restore_suspected" jsonb, "updated_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, CONSTRAINT "PK_a198a047db4b349d81a69a9c59a" PRIMARY KEY ("id"))`,
    );
    await queryRunner.query(
      `CREATE TABLE "config_log" ("epoch" integer NOT NULL, "revision" integer NOT NULL, "time" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "actor" text NOT NULL, "action" text NOT NULL, "resource" text NOT NULL, "previous_digest" text NOT NULL, "digest" text NOT NULL, "changes" text NOT NULL, "revoked" text NOT NULL, CONSTRAINT "PK_9ab454a3358578366db18c4756a" PRIMARY KEY ("epoch", "revision"))`,
    );
    await queryRunner.query(
      `CREATE TABLE "gateway" ("name" text NOT NULL, "url" text NOT NULL, "identity" text NOT NULL, "hop_url" text, "labels" jsonb NOT NULL, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "revision" integer NOT NULL, CONSTRAINT "UQ_fc695a3fa280b8d7b0e289190f9" UNIQUE ("url"), CONSTRAINT "UQ_42057638ae1eb9438f8fb5d8411" UNIQUE ("identity"), CONSTRAINT "PK_7370a10b34d462b90fdb7a3cab4" PRIMARY KEY ("name"))`,
    );
    await queryRunner.query(
      `CREATE TABLE "join_token" ("id" text NOT NULL, "gateway" text NOT NULL, "hash" text NOT NULL, "expires_at" TIMESTAMP(3) WITH TIME ZONE, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, CONSTRAINT "UQ_d422801051c9357c0ca8c5f7f75" UNIQUE ("hash"), CONSTRAINT "PK_228f2cfeda54c8dcf78355543ac" PRIMARY KEY ("id"))`,
    );
    await queryRunner.query(`CREATE INDEX "IDX_be86bf1fb8d907edd2313cc8b5" ON "join_token"  ("gateway") `);
    await queryRunner.query(
      `CREATE TABLE "replica" ("id" text NOT NULL, "gateway" text NOT NULL, "public_key" text NOT NULL, "enrolled_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "epoch" integer NOT NULL DEFAULT '0', "revision" integer NOT NULL DEFAULT '0', "digest" text NOT NULL DEFAULT '', "applied_at" TIMESTAMP(3) WITH TIME ZONE, "last_seen_at" TIMESTAMP(3) WITH TIME ZONE, "version" text NOT NULL, "schema_version" integer NOT NULL, "uptime_seconds" double precision NOT NULL DEFAULT '0', "connection" text NOT NULL DEFAULT 'none', "rejected" jsonb, "tombstones" jsonb, "metrics" text, CONSTRAINT "PK_f319ce5a90abd2823a9cdd08c24" PRIMARY KEY ("id"))`,
    );
    await queryRunner.query(`CREATE INDEX "IDX_f366b0ddc6e6f39c99513f9372" ON "replica"  ("gateway") `);
    await queryRunner.query(
      `CREATE TABLE "policy" ("name" text NOT NULL, "effect" text NOT NULL, "subjects" jsonb NOT NULL, "servers" jsonb NOT NULL, "tools" jsonb, "methods" jsonb, "gateways" jsonb, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "revision" integer NOT NULL, CONSTRAINT "PK_5ad65e4ff971649343992959bd0" PRIMARY KEY ("name"))`,
    );
    await queryRunner.query(
      `CREATE TABLE "secret" ("name" text NOT NULL, "ciphertext" bytea NOT NULL, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, CONSTRAINT "PK_f05861f3e072021bda08543eb4c" PRIMARY KEY ("name"))`,
    );
    await queryRunner.query(
      `CREATE TABLE "signing_key" ("kid" text NOT NULL, "public_x" text NOT NULL, "private_ciphertext" bytea NOT NULL, "state" text NOT NULL, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, CONSTRAINT "PK_00d7e305393ab903d6eb06c11f9" PRIMARY KEY ("kid"))`,
    );
    await queryRunner.query(
      `CREATE TABLE "mcp_server" ("name" text NOT NULL, "description" text NOT NULL, "url" text NOT NULL, "handlers" jsonb NOT NULL, "auth" jsonb NOT NULL, "timeouts" jsonb NOT NULL, "tags" jsonb NOT NULL, "enabled" boolean NOT NULL, "status" jsonb NOT NULL, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "revision" integer NOT NULL, CONSTRAINT "PK_3943819bece06ee092d76857d38" PRIMARY KEY ("name"))`,
    );
    await queryRunner.query(
      `CREATE TABLE "revoked_token" ("hash" text NOT NULL, "until" TIMESTAMP(3) WITH TIME ZONE, "revision" integer NOT NULL, "revoked_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, CONSTRAINT "PK_020a98a3c11ae44e10fe8083830" PRIMARY KEY ("hash"))`,
    );
    await queryRunner.query(
      `CREATE INDEX "IDX_fea56ce9b4b0936bd3fb2bed8d" ON "revoked_token"  ("revision") `,
    );
    await queryRunner.query(
      `CREATE TABLE "app_user" ("name" text NOT NULL, "display_name" text NOT NULL, "roles" jsonb NOT NULL, "enabled" boolean NOT NULL, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "revision" integer NOT NULL, CONSTRAINT "PK_95187d236356414c9759beb7ee5" PRIMARY KEY ("name"))`,
    );
    await queryRunner.query(
      `CREATE TABLE "token" ("id" text NOT NULL, "hash" text NOT NULL, "user" text NOT NULL, "name" text NOT NULL, "scope" jsonb NOT NULL, "expires_at" TIMESTAMP(3) WITH TIME ZONE, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "revision" integer NOT NULL, CONSTRAINT "UQ_5acad6a940ef8aae4eb1308fc22" UNIQUE ("hash"), CONSTRAINT "PK_82fae97f905930df5d62a702fc9" PRIMARY KEY ("id"))`,
    );
    await queryRunner.query(`CREATE INDEX "IDX_a65f146ecbdc09f950b9620790" ON "token"  ("user") `);
    await queryRunner.query(
      `CREATE TABLE "user_group" ("name" text NOT NULL, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "revision" integer NOT NULL, CONSTRAINT "PK_11b85d8d72220e3ca816d3e907a" PRIMARY KEY ("name"))`,
    );
    await queryRunner.query(
      `CREATE TABLE "group_member" ("group" text NOT NULL, "user" text NOT NULL, CONSTRAINT "PK_a07394ecb37095d0b3b22a4ebd5" PRIMARY KEY ("group", "user"))`,
    );
    await queryRunner.query(`CREATE INDEX "IDX_fbfccdaa397eee67e4f1fff02c" ON "group_member"  ("user") `);
    await queryRunner.query(
      `ALTER TABLE "join_token" ADD CONSTRAINT "FK_be86bf1fb8d907edd2313cc8b50" FOREIGN KEY ("gateway") REFERENCES "gateway"("name") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await queryRunner.query(
      `ALTER TABLE "replica" ADD CONSTRAINT "FK_f366b0ddc6e6f39c99513f93721" FOREIGN KEY ("gateway") REFERENCES "gateway"("name") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await queryRunner.query(
      `ALTER TABLE "token" ADD CONSTRAINT "FK_a65f146ecbdc09f950b96207903" FOREIGN KEY ("user") REFERENCES "app_user"("name") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await queryRunner.query(
      `ALTER TABLE "group_member" ADD CONSTRAINT "FK_77106e2a4c3687430439902f6e3" FOREIGN KEY ("group") REFERENCES "user_group"("name") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await queryRunner.query(
      `ALTER TABLE "group_member" ADD CONSTRAINT "FK_fbfccdaa397eee67e4f1fff02c7" FOREIGN KEY ("user") REFERENCES "app_user"("name") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "group_member" DROP CONSTRAINT "FK_fbfccdaa397eee67e4f1fff02c7"`);
    await queryRunner.query(`ALTER TABLE "group_member" DROP CONSTRAINT "FK_77106e2a4c3687430439902f6e3"`);
    await queryRunner.query(`ALTER TABLE "token" DROP CONSTRAINT "FK_a65f146ecbdc09f950b96207903"`);
    await queryRunner.query(`ALTER TABLE "replica" DROP CONSTRAINT "FK_f366b0ddc6e6f39c99513f93721"`);
    await queryRunner.query(`ALTER TABLE "join_token" DROP CONSTRAINT "FK_be86bf1fb8d907edd2313cc8b50"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_fbfccdaa397eee67e4f1fff02c"`);
    await queryRunner.query(`DROP TABLE "group_member"`);
    await queryRunner.query(`DROP TABLE "user_group"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_a65f146ecbdc09f950b9620790"`);
    await queryRunner.query(`DROP TABLE "token"`);
    await queryRunner.query(`DROP TABLE "app_user"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_fea56ce9b4b0936bd3fb2bed8d"`);
    await queryRunner.query(`DROP TABLE "revoked_token"`);
    await queryRunner.query(`DROP TABLE "mcp_server"`);
    await queryRunner.query(`DROP TABLE "signing_key"`);
    await queryRunner.query(`DROP TABLE "secret"`);
    await queryRunner.query(`DROP TABLE "policy"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_f366b0ddc6e6f39c99513f9372"`);
    await queryRunner.query(`DROP TABLE "replica"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_be86bf1fb8d907edd2313cc8b5"`);
    await queryRunner.query(`DROP TABLE "join_token"`);
    await queryRunner.query(`DROP TABLE "gateway"`);
    await queryRunner.query(`DROP TABLE "config_log"`);
    await queryRunner.query(`DROP TABLE "config_head"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_f2a302249e307253e86ba01a70"`);
    await queryRunner.query(`DROP TABLE "config_entity"`);
    await queryRunner.query(`DROP TABLE "config_bucket"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_ed28ce72514613401ac7bd7771"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_157c28a8915997d47175b71681"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_c2e1b56ebb995db7d7d07017c0"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_08dadbbad479e431a76d421ce1"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_3faf43dfdb106aca3c4674e917"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_aa665b68f901f3ee9f249774a7"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_2ba91660535cdaae6f5138bafb"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_aeaa92d75759ae267077938d8d"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_1661e287c436f4b9c47bb2d867"`);
    await queryRunner.query(`DROP TABLE "audit_record"`);
    await queryRunner.query(`DROP INDEX "public"."IDX_d24cb9a2bcc41d8945a066175c"`);
    await queryRunner.query(`DROP TABLE "audit_part"`);
    await queryRunner.query(`DROP TABLE "audit_minute"`);
  }
}
