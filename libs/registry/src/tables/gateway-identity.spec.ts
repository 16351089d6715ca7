import { describe, expect, it } from 'vitest';
import { gatewayHost, gatewayIdentity } from './gateway-identity.js';

describe('gatewayIdentity', () => {
  it.each([
    'https://gw.example.com',
    'https://gw.example.com/',
    'HTTPS://GW.Example.com',
    'https://gw.example.com:443',
    'https://gw.example.com:443//',
  ])('is equal for %s', (url) => {
    expect(gatewayIdentity(url)).toBe('https://gw.example.com');
  });

  it.each(['http://gw.example.com', 'https://gw.example.com:8443', 'https://gw.example.com/a'])(
    'differs for %s',
    (url) => {
      expect(gatewayIdentity(url)).not.toBe('https://gw.example.com');
    },
  );

  it('keeps a path but not its last slash', () => {
    expect(gatewayIdentity('http://h:80/Gw/')).toBe('http://h/Gw');
  });
});

describe('gatewayHost', () => {
  it.each([
    ['https://gw.example.com/', 'gw.example.com'],
    ['http://127.0.0.1:8081', '127.0.0.1:8081'],
  ])('of %s is %s', (url, host) => {
    expect(gatewayHost(url)).toBe(host);
  });
});
