/** The quickstart itself, under the bundled Node: see ../quickstart.mjs. */
import { rmSync } from 'node:fs';
import { messageOf } from '../toolchain/message-of.mjs';
import { runChecks } from './checks.mjs';
import { Launch } from './launch.mjs';
import { readOptions } from './options.mjs';
import { printTable } from './report.mjs';
import { makeRunDirectory } from './run-directory.mjs';
import { removeStateFile, writeStateFile } from './state-file.mjs';

/** @returns {import('./options.mjs').Options} */
function optionsOrExit() {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(messageOf(error));
    return process.exit(2);
  }
}

const options = optionsOrExit();

const directory = makeRunDirectory();
const launch = new Launch(options, directory);
let ending = false;

/** @param {number} code */
async function end(code) {
  if (ending) return;
  ending = true;
  removeStateFile();
  await launch.stop();
  if (code === 0) rmSync(directory, { recursive: true, force: true });
  else console.log(`The logs are in ${launch.logs}`);
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));

/** @param {import('./federation.mjs').Federation} federation @param {string} file */
function printFederation({ parts }, file) {
  const { control, gateways, mcpServers, users } = parts;
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
  console.log(`\nAdmin API: ${control.url}/api/docs\nPrograms find all of this in ${file}`);
}

try {
  const federation = await launch.start();
  const file = writeStateFile(federation);
  await runChecks(federation);
  if (options.check) {
    console.log('\nEverything worked.');
    await end(0);
  } else {
    printFederation(federation, file);
    console.log('\nThe federation is running. Ctrl-C stops it.');
  }
} catch (error) {
  if (!ending) console.error(error);
  await end(1);
}
