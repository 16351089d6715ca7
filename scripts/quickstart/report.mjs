/** Prints rows as aligned columns under a title. Numbers are aligned to the right. */
export function printTable(title, columns, rows) {
  const cells = [columns, ...rows].map((row) => row.map((cell) => String(cell ?? '-')));
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const rightAligned = columns.map((_, i) => rows.every((row) => typeof row[i] === 'number'));
  const line = (row) =>
    row.map((cell, i) => (rightAligned[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  ');
  console.log(`\n${title}`);
  console.log(`  ${line(cells[0]).trimEnd()}\n  ${widths.map((width) => '-'.repeat(width)).join('  ')}`);
  for (const row of cells.slice(1)) console.log(`  ${line(row).trimEnd()}`);
}

/** Prints an audit record by the fields of the product's audit log. */
export function printAuditRecord(record) {
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
    fields.map((field) => [field, String(record[field])]),
  );
}

/** Prints where the time of a request went. `nameOf` gives a gateway's name for its host. */
export function printHops(record, nameOf) {
  const [entry, handling] = record.hops;
  const rows = [[`gateway ${nameOf(entry.gateway)}`, entry.role, entry.ms]];
  if (handling !== undefined) {
    rows.push(['between the gateways', 'hop', record.proxy_ms]);
    rows.push([`gateway ${nameOf(handling.gateway)}`, handling.role, handling.ms]);
  }
  rows.push([`MCP server ${record.mcp_server}`, 'upstream', record.upstream_ms]);
  rows.push(['total', '', record.total_latency_ms]);
  printTable('Time at each hop', ['where', 'part', 'ms'], rows);
}
