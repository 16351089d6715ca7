import { describe, expect, it } from 'vitest';
import { SnapshotSlots } from './snapshot-slots.js';

describe('SnapshotSlots', () => {
  it('lets no more in than there are slots, and the others in order', async () => {
    const sut = new SnapshotSlots(2);
    const order: number[] = [];
    const take = async (id: number): Promise<() => void> => {
      const release = await sut.take();
      order.push(id);
      return release;
    };
    const first = await take(1);
    await take(2);
    const rest = [take(3), take(4)];
    await settle();
    expect(order).toEqual([1, 2]);
    first();
    first();
    await settle();
    expect(order).toEqual([1, 2, 3]);
    (await rest[0])?.();
    await rest[1];
    expect(order).toEqual([1, 2, 3, 4]);
  });
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
