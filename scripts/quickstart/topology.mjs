/**
 * @typedef {{gateway: string, labels: Record<string, string>, gatewayAddress: string,
 *   server: {name: string, address: string, description: string}}} Place
 */

/**
 * What the quickstart starts. Each place has a gateway, and an MCP server on a loopback address of its own that serves
 * nobody but the place's gateway, told apart by the address its connections come from.
 * @type {Place[]}
 */
export const PLACES = [
  {
    gateway: 'aws',
    labels: { cloud: 'aws', environment: 'demo' },
    gatewayAddress: '127.0.10.1',
    server: { name: 'mcp-analytics', address: '127.0.10.2', description: 'Sales figures, in AWS' },
  },
  {
    gateway: 'azure',
    labels: { cloud: 'azure', environment: 'demo' },
    gatewayAddress: '127.0.20.1',
    server: { name: 'mcp-m365', address: '127.0.20.2', description: 'Calendar and mail, in Azure' },
  },
  {
    gateway: 'onprem',
    labels: { cloud: 'onprem', environment: 'demo' },
    gatewayAddress: '127.0.30.1',
    server: { name: 'mcp-legacy', address: '127.0.30.2', description: 'Customer records, on premises' },
  },
];

/** Users, and the tokens they get. */
export const USERS = [
  { name: 'alice@example.com', displayName: 'Alice', groups: ['finance'], roles: [] },
  { name: 'bob@example.com', displayName: 'Bob', groups: [], roles: [] },
];

/** Alice reads the calendar and may use all of the analytics; Bob has the records on premises and nothing else. */
export const POLICIES = [
  { name: 'finance-calendar', subjects: ['group:finance'], servers: ['mcp-m365'], tools: ['get_*'] },
  { name: 'finance-analytics', subjects: ['group:finance'], servers: ['mcp-analytics'] },
  { name: 'bob-records', subjects: ['user:bob@example.com'], servers: ['mcp-legacy'] },
].map((policy) => ({ effect: 'allow', ...policy }));
