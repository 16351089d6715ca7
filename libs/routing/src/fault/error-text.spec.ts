import { describe, expect, it } from 'vitest';
import { errorText } from './error-text.js';

const refused = (address: string): Error => new Error(`connect ECONNREFUSED ${address}`);

describe('errorText', () => {
  it.each([
    ['its message', new Error('self-signed certificate'), 'self-signed certificate'],
    ['every address that was tried', new AggregateError([refused('::1'), refused('127.0.0.1')]), 'connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1'],
    ['its code where it has no message', Object.assign(new Error(), { code: 'EPIPE' }), 'EPIPE'],
    ['at least its name', new TypeError(), 'TypeError'],
  ])('says %s', (_, error, text) => expect(errorText(error)).toBe(text)); // prettier-ignore
});
