/**
 * An audit record of the admin API, as far as it is printed.
 * @typedef {{gateway: string, role: string, ms: number}} Hop
 * @typedef {{mcp_server: string, hops: Hop[], proxy_ms: number, upstream_ms: number, total_latency_ms: number,
 *   entry_gateway: string, handling_gateway: string, proxy_hops: number, status: string}} AuditRecord
 * @typedef {string | number | null | undefined} Cell
 */

/**
 * Prints rows as aligned columns under a title. Numbers are aligned to the right.
 * @param {string} title @param {string[]} columns @param {Cell[][]} rows
 */
export function printTable(title, columns, rows) {
  const cells = [columns, ...rows].map((row) => row.map((cell) => String(cell ?? '-')));
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => String(row[i]).length)));
  const rightAligned = columns.map((_, i) => rows.every((row) => typeof row[i] === 'number'));
  const padded = (/** @type {string} */ cell, /** @type {number} */ i) =>
    rightAligned[i] === true ? cell.padStart(Number(widths[i])) : cell.padEnd(Number(widths[i]));
  const line = (/** @type {string[]} */ row) => row.map(padded).join('  ').trimEnd();
  console.log(`\n${title}`);
  console.log(`  ${line(columns)}\n  ${widths.map((width) => '-'.repeat(width)).join('  ')}`);
  for (const row of cells.slice(1)) console.log(`  ${line(row)}`);
}

/** Prints an audit record by the fields of the product's audit log. @param {AuditRecord} record */
export function printAuditRecord(record) {
  const values = /** @type {Map<string, Cell>} */ (new Map(Object.entries(record)));
  const fields = [
    'timestamp',
    'user',
    'mcp_server',
    'tool',
    'entry_gateway',
    'handling_gateway',
    'proxy_hops',
    'total_latency_ms',
    'status',
    'policy',
    'trace_id',
  ];
  printTable(
    'Audit record',
    ['field', 'value'],
    fields.map((field) => [field, values.get(field)]),
  );
}

/**
 * Prints where the time of a request went.
 * @param {AuditRecord} record @param {(host: string) => string} nameOf a gateway's name for its host
 */
export function printHops(record, nameOf) {
  const [entry, handling] = record.hops;
  if (entry === undefined) throw new Error('The audit record names no gateway');
  /** @type {Cell[][]} */
  const rows = [[`gateway ${nameOf(entry.gateway)}`, entry.role, entry.ms]];
  if (handling !== undefined) {
    rows.push(['between the gateways', 'hop', record.proxy_ms]);
    rows.push([`gateway ${nameOf(handling.gateway)}`, handling.role, handling.ms]);
  }
  rows.push([`MCP server ${record.mcp_server}`, 'upstream', record.upstream_ms]);
  rows.push(['total', '', record.total_latency_ms]);
  printTable('Time at each hop', ['where', 'part', 'ms'], rows);
}
