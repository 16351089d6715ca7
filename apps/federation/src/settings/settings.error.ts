/** A setting that could not be accepted. */
export interface SettingFault {
  /** Its name in the environment, or its path in the YAML file. */
  key: string;
  /** The value, or `(secret)`, or `(not set)`. */
  seen: string;
  allowed: string;
  /** What to do next, where that does not follow from what is allowed. */
  advice?: string;
}

/** Exit code of a process whose settings cannot work: EX_CONFIG of sysexits.h. */
export const EX_CONFIG = 78;

/** The process cannot run with these settings. `faults` holds everything that is wrong with them, the message a line for each. */
export class SettingsError extends Error {
  constructor(
    readonly faults: SettingFault[],
    options?: ErrorOptions,
  ) {
    super(faults.map(faultLine).join('\n'), options);
  }
}

const faultLine = ({ key, seen, allowed, advice }: SettingFault): string =>
  `Configuration: ${key}: seen ${seen}; allowed: ${allowed}${advice === undefined ? '' : `. ${advice}`}`;
