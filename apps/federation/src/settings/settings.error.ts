import type { SettingFault } from './keys.js';

/** The static configuration could not be accepted. `faults` holds every one of them. */
export class SettingsError extends Error {
  constructor(readonly faults: SettingFault[]) {
    super(`Configuration has ${faults.length} fault(s)\n${faults.map(faultLine).join('\n')}`);
  }
}

const faultLine = (f: SettingFault): string => `  ${f.key}: seen ${f.seen}; allowed: ${f.allowed}`;
