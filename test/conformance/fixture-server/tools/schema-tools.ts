import { fromJsonSchema, type McpServer } from '@modelcontextprotocol/server';
import { text } from '../media.js';

/** Keywords of JSON Schema 2020-12 that a careless copy of a tool list would lose (SEP-1613, SEP-2106). */
const CONTACT_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object' as const,
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // oxlint-disable-next-line unicorn/no-thenable -- The keyword of JSON Schema; nobody awaits a schema.
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

/** One argument that clients mirror into the header `Mcp-Param-Region` (SEP-2243). */
const HEADER_SCHEMA = {
  type: 'object' as const,
  properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
  required: ['region'],
};

/** Tools that matter for their input schemas. */
export function registerSchemaTools(server: McpServer): void {
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Tool with JSON Schema 2020-12 features', inputSchema: fromJsonSchema(CONTACT_SCHEMA) },
    () => ({ content: [text('The schema was kept.')] }),
  );
  server.registerTool(
    'test_header_parameter',
    {
      description: 'Has an argument that is mirrored into a header',
      inputSchema: fromJsonSchema<{ region: string }>(HEADER_SCHEMA),
    },
    ({ region }) => ({ content: [text(`Region ${region}`)] }),
  );
}
