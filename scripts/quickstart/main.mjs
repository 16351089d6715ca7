/** The quickstart itself, under the bundled Node: see ../quickstart.mjs. */
import { rmSync } from 'node:fs';
import { runChecks } from './checks.mjs';
import { Federation } from './federation.mjs';
import { readOptions } from './options.mjs';
import { printTable } from './report.mjs';
import { makeRunDirectory } from './run-directory.mjs';
import { removeStateFile, writeStateFile } from './state-file.mjs';

let options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exit(2);
}

const directory = makeRunDirectory();
const federation = new Federation(options, directory);
let ending = false;

async function end(code) {
  if (ending) return;
  ending = true;
  removeStateFile();
  await federation.stop();
  if (code === 0) rmSync(directory, { recursive: true, force: true });
  else console.log(`The logs are in ${federation.logs}`);
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));

function printFederation(file) {
  const { control, gateways, mcpServers, users } = federation;
  const planes = [['control plane', control.url, control.opsUrl, control.pid]];
  for (const { name, url, opsUrl, pid } of gateways) planes.push([`gateway ${name}`, url, opsUrl, pid]);
  printTable('Planes', ['plane', 'URL', 'ops', 'pid'], planes);
  printTable(
    'MCP servers',
    ['name', 'URL', 'proxy URL'],
    mcpServers.map(({ name, url, proxyUrl }) => [name, url, proxyUrl]),
  );
  printTable(
    'Tokens',
    ['user', 'token'],
    [['administrator', control.adminToken], ...users.map(({ user, token }) => [user, token])],
  );
  console.log(`\nAdmin API: ${control.url}/api/docs\nEverything above for programs: ${file}`);
}

try {
  await federation.start();
  const file = writeStateFile(federation);
  await runChecks(federation);
  if (options.check) {
    console.log('\nEverything held.');
    await end(0);
  } else {
    printFederation(file);
    console.log('\nUp. Ctrl-C stops it.');
  }
} catch (error) {
  if (!ending) console.error(`\n${error.stack ?? error}`);
  await end(1);
}
