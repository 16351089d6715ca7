import { describe, expect, it } from 'vitest';
import { FailedCredentials } from './failed-credentials.js';

const fail = (sut: FailedCredentials, address: string, times: number, now: number): number => {
  let last = 0;
  for (let i = 0; i < times; i++) last = sut.count(address, now);
  return last;
};

describe('FailedCredentials', () => {
  it('lets thirty failures a minute pass, then says how long to wait', () => {
    const sut = new FailedCredentials();
    expect(fail(sut, '192.0.2.1', 30, 1000)).toBe(0);
    expect(sut.count('192.0.2.1', 31_000)).toBe(30);
    expect(sut.count('192.0.2.1', 61_000)).toBe(0);
  });

  it('counts each address for itself, and an IPv6 network as one', () => {
    const sut = new FailedCredentials();
    fail(sut, '2001:db8:1:2::1', 30, 0);
    expect(sut.count('192.0.2.1', 0)).toBe(0);
    expect(sut.count('2001:db8:1:2:ffff::9', 0)).toBeGreaterThan(0);
    expect(sut.count('2001:db8:1:3::1', 0)).toBe(0);
  });

  it('keeps a limited number of addresses in memory', () => {
    const sut = new FailedCredentials();
    fail(sut, 'first', 31, 0);
    for (let i = 0; i < 10_000; i++) sut.count(`192.0.2.${i}`, 0);
    expect(sut.count('first', 0)).toBe(0);
  });
});
