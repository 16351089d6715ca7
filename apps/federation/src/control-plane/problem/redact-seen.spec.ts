import { describe, expect, it } from 'vitest';
import { redactSeen } from './redact-seen.js';

describe('redactSeen', () => {
  it.each([
    ['an access token in any field', 'name', 'cwy_abc123'],
    ['an admin token in any field', 'name', 'cwa_abc123'],
    ['a join token inside an object', 'labels', { a: 'cwj_abc123' }],
    ['credentials in a URL', 'url', 'https://u:hunter2@example.com/'],
    ['a private key', 'description', '-----BEGIN PRIVATE KEY-----\nabc'],
    ['a field whose name says so', 'auth.password', 'hunter2'],
    ['an object with such a field', 'auth', { type: 'basic', password: 'hunter2' }],
  ])('hides %s', (_, field, seen) => {
    expect(redactSeen(field, seen)).toBe('(secret)');
  });

  it.each([
    ['a wrong URL', 'proxyUrl', 'https://x.example.com'],
    ['a number', 'limit', 501],
    ['null', 'enabled', null],
    ['a list', 'tools', []],
  ])('shows %s', (_, field, seen) => {
    expect(redactSeen(field, seen)).toEqual(seen);
  });

  it('shows only the beginning of a long text', () => {
    expect(String(redactSeen('description', 'x'.repeat(5000))).length).toBeLessThan(300);
  });
});
