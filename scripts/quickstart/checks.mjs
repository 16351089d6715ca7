import assert from 'node:assert/strict';
import { step } from '../toolchain/progress.mjs';
import { auditRecordOf, callTool, openClient } from './calls.mjs';
import { reach } from './isolation.mjs';
import { printAuditRecord, printHops, printTable } from './report.mjs';
import { PLACES } from './topology.mjs';

const ALICE = 'alice@example.com';
const TOOL = 'get_calendar_events';
const DATE = '2026-02-06';

/** @typedef {import('./federation.mjs').Federation} Federation */

/**
 * Shows that the federation does what it is for.
 * @param {Federation} federation
 * @throws AssertionError on the first thing that does not hold
 */
export async function runChecks(federation) {
  const text = await step(`call ${TOOL}: agent -> aws -> azure -> mcp-m365`, () => crossCall(federation));
  const record = await step('both gateways delivered their part of the audit record', () =>
    audit(federation),
  );
  await step('a tool that the policy does not allow is neither listed nor callable', () =>
    hiddenTool(federation),
  );
  await step('a user without a policy is refused', () => strangerRefused(federation));
  await step('a call that needs no hop takes none', () => localCall(federation));
  const attempts = await step('MCP servers refuse everyone but their own gateway', () =>
    isolation(federation),
  );
  printTable(`Result of ${TOOL}`, ['text'], [[text]]);
  printAuditRecord(record);
  printHops(record, (host) => federation.nameOf(host));
  printTable('Past the gateways', ['MCP server', 'from', 'outcome'], attempts);
}

/** @param {Federation} federation */
async function crossCall(federation) {
  const text = await callTool({
    gatewayUrl: federation.gateway('aws').url,
    server: 'mcp-m365',
    token: federation.tokenOf(ALICE),
    tool: TOOL,
    args: { date: DATE },
  });
  assert.equal(JSON.parse(text).date, DATE);
  return text;
}

/** @param {Federation} federation */
async function audit(federation) {
  const record = await auditRecordOf(federation.api, {
    user: ALICE,
    server: 'mcp-m365',
    tool: TOOL,
    hops: 1,
  });
  assert.equal(record.proxy_hops, 1);
  assert.equal(record.entry_gateway, new URL(federation.gateway('aws').url).host);
  assert.equal(record.handling_gateway, new URL(federation.gateway('azure').url).host);
  assert.equal(record.status, 'success');
  return record;
}

/** @param {Federation} federation */
async function hiddenTool(federation) {
  const client = await openClient(federation.gateway('aws').url, 'mcp-m365', federation.tokenOf(ALICE));
  try {
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map((tool) => tool.name),
      [TOOL],
    );
    const call = client.callTool({ name: 'send_mail', arguments: { to: 'a@b', subject: 'x' } });
    await assert.rejects(call, { code: -32602 });
  } finally {
    await client.close();
  }
}

/** @param {Federation} federation */
async function strangerRefused(federation) {
  const response = await fetch(`${federation.gateway('aws').url}/api/llm/mcp/mcp-m365/server`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${federation.tokenOf('bob@example.com')}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
  });
  const body = /** @type {{error: {data: {reason: string}}}} */ (await response.json());
  assert.deepEqual([response.status, body.error.data.reason], [403, 'access_denied']);
}

/** @param {Federation} federation */
async function localCall(federation) {
  const call = { server: 'mcp-analytics', tool: 'get_revenue' };
  const target = { gatewayUrl: federation.gateway('aws').url, token: federation.tokenOf(ALICE) };
  await callTool({ ...call, ...target, args: { quarter: '2026-Q1' } });
  const record = await auditRecordOf(federation.api, { user: ALICE, ...call, hops: 0 });
  assert.equal(record.proxy_hops, 0);
}

/** @param {Federation} federation */
async function isolation(federation) {
  const attempts = [];
  for (const { server, gateway, gatewayAddress } of PLACES) {
    const { url } = federation.server(server.name);
    const [wrong] = PLACES.filter((place) => place.gateway !== gateway);
    assert.ok(wrong);
    const direct = await reach(url, '127.0.0.1');
    const foreign = await reach(url, wrong.gatewayAddress);
    assert.match(direct, /^E|socket hang up/, `${server.name} answered a direct call`);
    assert.match(foreign, /^E|socket hang up/, `${server.name} answered the gateway of ${wrong.gateway}`);
    assert.equal(await reach(url, gatewayAddress), '200', `${server.name} refused its own gateway`);
    attempts.push([server.name, 'this machine, directly', `refused (${direct})`]);
    attempts.push([server.name, `the gateway of ${wrong.gateway}`, `refused (${foreign})`]);
  }
  return attempts;
}
