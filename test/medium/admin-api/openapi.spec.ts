import { mergeParts } from '#libs/audit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryPart } from '../../support/audit-parts.js';
import { AdminApi } from './admin-api.js';

interface Schema {
  required?: string[];
  properties: Record<string, { description?: string; pattern?: string; items?: { pattern?: string } }>;
}

interface Document {
  paths: Record<
    string,
    Record<string, { requestBody?: { content: Record<string, { schema: { $ref: string } }> } }>
  >;
  components: { schemas: Record<string, Schema>; securitySchemes: { bearer: { bearerFormat: string } } };
}

const RESOURCES = ['gateways', 'mcp-servers', 'users', 'groups', 'policies'];

describe('the OpenAPI document', () => {
  let api: AdminApi;
  let document: Document;

  beforeAll(async () => {
    api = await AdminApi.start();
    document = (await (await fetch(`${api.url}/api/openapi.json`)).json()) as Document;
  });
  afterAll(() => api.close());

  const schema = (name: string): Schema => {
    const found = document.components.schemas[name];
    if (found === undefined) throw new Error(`No schema ${name}`);
    return found;
  };
  const bodyOf = (method: string, path: string): Schema => {
    const content = document.paths[`/api/v1/${path}`]?.[method]?.requestBody?.content['application/json'];
    return schema(content?.schema.$ref.split('/').at(-1) ?? '');
  };

  it('describes admin tokens, not JWTs', () => {
    expect(document.components.securitySchemes.bearer.bearerFormat).toMatch(/^cwa_/);
  });

  it.each(RESOURCES)('requires a name to create %s, but not to replace them', (resource) => {
    expect(bodyOf('post', resource).required).toContain('name');
    expect(bodyOf('put', `${resource}/{name}`).required ?? []).not.toContain('name');
  });

  it.each(['subjects', 'servers', 'tools', 'methods', 'gateways'])(
    'documents the format of the %s of a policy',
    (field) => {
      const { items, description } = bodyOf('post', 'policies').properties[field] ?? {};
      expect(new RegExp(items?.pattern ?? '(').test(field === 'subjects' ? 'group:finance' : 'abc')).toBe(
        true,
      );
      expect(new RegExp(items?.pattern ?? '(').test('a b*c')).toBe(false);
      expect(description).toBeDefined();
    },
  );

  it('has every field of an audit record', () => {
    const record = mergeParts([entryPart('r')]);
    expect(Object.keys(schema('AuditRecordView').properties)).toEqual(
      expect.arrayContaining(Object.keys(record)),
    );
  });
});
