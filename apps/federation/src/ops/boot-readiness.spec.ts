import { describe, expect, it } from 'vitest';
import { BootReadiness } from './boot-readiness.js';

describe('BootReadiness', () => {
  it('is not ready before the public port is open, even if the role could already serve', () => {
    const sut = new BootReadiness('not listening yet');
    const role = { check: () => ({ ready: true, reasons: [] }) };
    expect(sut.check()).toEqual({ ready: false, reasons: ['not listening yet'] });
    sut.done(role);
    expect(sut.check()).toEqual({ ready: true, reasons: [] });
  });
});
