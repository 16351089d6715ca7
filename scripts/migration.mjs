/**
 * Compares the migrations with the entities, on a throw-away PostgreSQL.
 *
 *   node scripts/migration.mjs generate <name>   writes a migration for what the migrations lack
 *   node scripts/migration.mjs check             exits with 1 if they lack anything
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from './migration/throw-away-postgres.mjs';

const [command, name = 'change'] = process.argv.slice(2);
const root = join(import.meta.dirname, '..');

/** Compiles what the data source consists of, whatever state the rest of the tree is in. */
function compile() {
  const folder = join(root, '.causeway', 'migration');
  mkdirSync(folder, { recursive: true });
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: { rootDir: '../..', outDir: '../../dist' },
    include: ['../../libs/contract', '../../libs/registry', '../../migrations'],
    exclude: ['../../**/*.spec.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', folder], { stdio: 'inherit' });
}

/** @returns {Promise<typeof import('../libs/registry/src/index.js')>} */
const compiledRegistry = () => import(join(root, 'dist', 'libs', 'registry', 'src', 'index.js'));

/** @param {string} url */
async function drift(url) {
  await import('reflect-metadata');
  const { DataSource } = await import('typeorm');
  const { registryDataSourceOptions } = await compiledRegistry();
  const dataSource = await new DataSource(registryDataSourceOptions(url, () => undefined)).initialize();
  try {
    await dataSource.runMigrations({ transaction: 'all' });
    const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
    return { up: upQueries.map(statement), down: downQueries.map(statement).toReversed() };
  } finally {
    await dataSource.destroy();
  }
}

/** @param {{query: string, parameters?: unknown[]}} change */
function statement({ query, parameters }) {
  const tail = parameters !== undefined && parameters.length > 0 ? `, ${JSON.stringify(parameters)}` : '';
  return `    await queryRunner.query(\`${query.replaceAll('`', '\\`')}\`${tail});`;
}

/** @param {{up: string[], down: string[]}} drift */
function writeMigration({ up, down }) {
  const stamp = Date.now();
  const pascal = name.replace(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase());
  const text = [
    `import type { MigrationInterface, QueryRunner } from 'typeorm';`,
    '',
    `export class ${pascal}${stamp} implements MigrationInterface {`,
    `  name = '${pascal}${stamp}';`,
    '',
    '  public async up(queryRunner: QueryRunner): Promise<void> {',
    ...up,
    '  }',
    '',
    '  public async down(queryRunner: QueryRunner): Promise<void> {',
    ...down,
    '  }',
    '}',
    '',
  ].join('\n');
  const file = `${stamp}-${name}.ts`;
  writeFileSync(join(root, 'migrations', file), text);
  writeIndex();
  console.log(`migrations/${file}: ${up.length} statements`);
}

function writeIndex() {
  const files = readdirSync(join(root, 'migrations')).filter((file) => /^\d+-.*\.ts$/.test(file));
  const classes = files.sort().map((file) => {
    const [stamp = '', slug = ''] = file.replace(/\.ts$/, '').split(/-(.*)/);
    return {
      file,
      className: slug.replace(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase()) + stamp,
    };
  });
  const lines = [
    ...classes.map(
      ({ file, className }) => `import { ${className} } from './${file.replace(/\.ts$/, '.js')}';`,
    ),
    '',
    '/** Every migration, oldest first. */',
    `export const MIGRATIONS = [${classes.map(({ className }) => className).join(', ')}];`,
    '',
  ];
  writeFileSync(join(root, 'migrations', 'index.ts'), lines.join('\n'));
}

async function main() {
  if (command !== 'generate' && command !== 'check')
    throw new Error('Usage: node scripts/migration.mjs generate <name> | check');
  compile();
  const postgres = await startPostgres();
  try {
    const found = await drift(postgres.url);
    if (found.up.length === 0)
      return console.log('The migrations make exactly the schema that the entities describe.');
    if (command === 'generate') return writeMigration(found);
    console.error(`The entities describe what no migration makes:\n${found.up.join('\n')}`);
    process.exitCode = 1;
  } finally {
    await postgres.stop();
  }
}

await main();
