import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { AuditPart } from '#libs/contract';
import { linesOf } from '../../../test/support/audit-spool.js';
import { AuditSinkOfTest } from '../../../test/support/relay/audit-sink-of-test.js';
import { auditSinkContract } from '../../../test/support/seams/audit-sink.contract.js';
import { AuditSpool } from './spool/audit-spool.js';

Logger.overrideLogger(false);

auditSinkContract('AuditSpool', () => {
  const directory = mkdtempSync(join(tmpdir(), 'spool-'));
  const options = { directory, maxBytes: 64 * 1024 * 1024 };
  const sink = new AuditSpool(options);
  return {
    sink,
    kept: () => linesOf(sink).map(({ part }) => part),
    fill: () => void (options.maxBytes = 0),
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
});

auditSinkContract('AuditSinkOfTest', () => {
  const parts: AuditPart[] = [];
  const state = { full: false };
  return {
    sink: new AuditSinkOfTest(parts, state),
    kept: () => [...parts],
    fill: () => void (state.full = true),
    close: () => undefined,
  };
});
