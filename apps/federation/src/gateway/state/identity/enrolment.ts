import { ENROL_ANSWER, type EnrolAnswer } from '#libs/contract';
import { FileDamagedError, readChecked, writeChecked } from '../durable-file.js';

/** What enrolment gave this replica; kept in the data directory. */
export interface Enrolment extends EnrolAnswer {
  /** GATEWAY_URL when it enrolled; under another URL the replica must enrol again. */
  url: string;
  /** JWK `x` of the key pair that enrolled. */
  publicKey: string;
  /** Signing keys of the newest configuration: they prove the next one if this one is lost. */
  announcedKeys: EnrolAnswer['signingKeys'];
}

/** The stored enrolment, or null if there is none. @throws FileDamagedError */
export async function readEnrolment(path: string): Promise<Enrolment | null> {
  const text = await readChecked(path);
  if (text === null) return null;
  const value = JSON.parse(text) as Enrolment;
  if (ENROL_ANSWER.is(value) && typeof value.url === 'string') return value;
  throw new FileDamagedError(path, 'it is not an enrolment');
}

export const writeEnrolment = (path: string, enrolment: Enrolment): Promise<void> =>
  writeChecked(path, JSON.stringify(enrolment));
