import { describe, expect, it } from 'vitest';
import { createLogger, type StructuredLogger } from './logging.js';

function capture(level = 'debug'): { sut: StructuredLogger; lines: string[] } {
  const lines: string[] = [];
  return { lines, sut: createLogger(level, { write: (line) => void lines.push(line) }) };
}

const CANARY = 'c4n4ryc4n4ryc4n4ry';
const PEM = `-----BEGIN PRIVATE KEY-----\n${CANARY}\n${CANARY}\n-----END PRIVATE KEY-----`;

describe('StructuredLogger', () => {
  it.each([
    ['an access token', `user sent cwy_${CANARY} to us`],
    ['an admin token', `user sent cwa_${CANARY} to us`],
    ['a join token', `JOIN_TOKEN is cwj_${CANARY}`],
    ['an authorization header', `Authorization: Bearer ${CANARY}`],
    ['an authorization header in a dump of headers', `{"authorization":"${CANARY}","host":"x"}`],
    ['a cookie', `Cookie: session=${CANARY}`],
    ['a hop context', `causeway-hop: ${CANARY}.x.y`],
    ['a JWS', `head eyJhbGciOiJFZERTQSJ9.${CANARY}.${CANARY} refused`],
    ['a PEM key', `cannot read ${PEM}`],
    ['a PEM key that was cut off', `cannot read ${PEM.slice(0, 60)}`],
    ['the password of a DSN', `connect postgres://causeway:${CANARY}@db:5432/causeway failed`],
    ['a password with an @ in it', `connect postgres://causeway:p@${CANARY}@db:5432/causeway failed`],
    ['a NATS token', `nats://${CANARY}@nats:4222`],
    ['a libpq password', `host=db password=${CANARY}`],
  ])('redacts %s in a message, in an error, in its cause and in an object', (_, text) => {
    const { sut, lines } = capture();
    sut.error(text);
    sut.error(new Error('outer', { cause: new Error(text) }));
    sut.error('failed', new Error(text).stack, 'Context');
    sut.warn({ nested: [{ text }] }, 'Context');
    sut.log(new Map([['k', text]]));
    expect(lines).toHaveLength(5);
    expect(lines.join('')).not.toContain(CANARY);
  });

  it('redacts fields that are secret by their name, and bytes', () => {
    const { sut, lines } = capture();
    sut.log({ settings: { masterKey: Buffer.from(CANARY), joinToken: CANARY, dataDir: '/data' } });
    expect(lines.join('')).not.toContain(CANARY);
    expect(lines.join('')).toContain('/data');
  });

  it('keeps line breaks and terminal codes in a name from forging another line', () => {
    const { sut, lines } = capture();
    sut.log('user "a\r\n{"level":"info"}\u001b[2J\u009b31m\u2028" denied');
    expect(lines).toHaveLength(1);
    for (const active of ['\r', '\u001b', '\u009b', '\u2028']) expect(lines[0]).not.toContain(active);
    expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
    expect((JSON.parse(lines[0] ?? '') as { msg: string }).msg).toContain('denied');
  });

  it('writes level, time, context, message and stack as fields', () => {
    const { sut, lines } = capture();
    sut.error('It broke', 'Error: x\n    at y (z.ts:1:1)', 'Spool');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      context: 'Spool',
      msg: 'It broke',
      stack: expect.stringContaining('z.ts') as string,
    });
  });

  it('leaves out entries less severe than the level', () => {
    const { sut, lines } = capture('warn');
    sut.log('x');
    sut.debug('x');
    sut.warn('y');
    expect(lines).toHaveLength(1);
  });

  it('logs modules and routes at level debug only', () => {
    const { sut, lines } = capture('info');
    sut.log('GatewayModule dependencies initialized', 'InstanceLoader');
    sut.log('Mapped {/healthz, GET} route', 'RouterExplorer');
    sut.warn('y', 'RouterExplorer');
    sut.log('x', 'Gateway');
    expect(lines).toHaveLength(2);
  });

  it('leaves the report of a failed start to the program', () => {
    const { sut, lines } = capture('info');
    sut.error(new Error('wrong key'), 'ExceptionHandler');
    expect(lines).toHaveLength(0);
    sut.error(new Error('broken request'), 'ExceptionsHandler');
    expect(lines).toHaveLength(1);
  });

  it('survives an object that contains itself', () => {
    const { sut, lines } = capture();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    sut.log(circle);
    expect(lines).toHaveLength(1);
  });
});
