import type { BootExtent } from '../spool/live-boot.js';

/** Numbers of lines, both ends included. */
export interface SeqRange {
  from: number;
  to: number;
}

export const sizeOf = ({ from, to }: SeqRange): number => to - from + 1;

/** Which of these numbers the boot has given to a line. */
export function givenNumbers({ from, to }: SeqRange, { written, closing }: Given): SeqRange[] {
  const [first, last] = closing ?? [0, -1];
  const ranges = [
    { from, to: Math.min(to, written) },
    { from: Math.max(from, first), to: Math.min(to, last) },
  ];
  return ranges.filter((range) => sizeOf(range) > 0);
}

export type Given = Pick<BootExtent, 'written' | 'closing'>;

/** The highest number that the boot has given. */
export const lastNumber = ({ written, closing }: Given): number => closing?.[1] ?? written;
