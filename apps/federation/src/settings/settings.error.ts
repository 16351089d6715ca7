/** A setting that could not be accepted. */
export interface SettingFault {
  key: string;
  /** The value, or `(secret)`, or `(not set)`. */
  seen: string;
  allowed: string;
}

/** Exit code of a process whose settings cannot work: EX_CONFIG of sysexits.h. */
export const EX_CONFIG = 78;

/** The process cannot run with these settings. `faults` holds everything that is wrong with them. */
export class SettingsError extends Error {
  constructor(readonly faults: SettingFault[]) {
    super(`Configuration has ${faults.length} fault(s)\n${faults.map(faultLine).join('\n')}`);
  }
}

const faultLine = (f: SettingFault): string => `  ${f.key}: seen ${f.seen}; allowed: ${f.allowed}`;
