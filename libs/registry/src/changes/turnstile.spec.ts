import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Turnstile } from './turnstile.js';

describe('Turnstile', () => {
  it('never lets more run than its limit, and serves in order', async () => {
    const sut = new Turnstile(2);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    const work = async (i: number): Promise<void> => {
      most = Math.max(most, ++running);
      order.push(i);
      await tick();
      running--;
    };
    await Promise.all(Array.from({ length: 20 }, (_, i) => sut.run(() => work(i))));
    expect(most).toBe(2);
    expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('goes on after work that failed', async () => {
    const sut = new Turnstile(1);
    await expect(sut.run(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await sut.run(() => Promise.resolve('next'))).toBe('next');
  });
});
