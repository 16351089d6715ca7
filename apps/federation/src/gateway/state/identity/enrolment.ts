import { ENROL_ANSWER, type EnrolAnswer } from '#libs/contract';
import { writeDurably } from '../durable-file.js';
import { readIfPresent } from '../durable-file.js';

/** What enrolment gave this replica; kept in the data directory. */
export interface Enrolment extends EnrolAnswer {
  /** GATEWAY_URL when it enrolled; under another URL the replica must enrol again. */
  url: string;
}

/** The stored enrolment for this URL, or null if there is none that can be used. */
export async function readEnrolment(path: string, url: string): Promise<Enrolment | null> {
  const bytes = await readIfPresent(path);
  const enrolment = bytes === null ? null : parse(bytes.toString('utf8'));
  return enrolment?.url === url ? enrolment : null;
}

export const writeEnrolment = (path: string, enrolment: Enrolment): Promise<void> =>
  writeDurably(path, [JSON.stringify(enrolment)]);

function parse(text: string): Enrolment | null {
  try {
    const value: unknown = JSON.parse(text);
    return ENROL_ANSWER.is(value) && 'url' in value && typeof value.url === 'string'
      ? { ...value, url: value.url }
      : null;
  } catch {
    return null;
  }
}
