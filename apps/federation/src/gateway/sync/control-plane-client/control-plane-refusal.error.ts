/** Statuses with which the control plane refuses for good; any other failure may pass. */
const FINAL = new Set([400, 401, 403, 404, 409, 413, 415, 422]);
/** What every problem of a control plane is called (RFC 9457 §3.1.1). */
const PROBLEM = 'urn:causeway:problem:';

/** The control plane, or whatever else is at its URL, answered with an error status. */
export class ControlPlaneRefusal extends Error {
  constructor(
    readonly status: number,
    /** The problem's detail (RFC 9457 §3.1.4), or the start of the body. */
    readonly detail: string,
    /** The problem's kind, such as `url-mismatch`; null if no control plane has answered. */
    readonly problem: string | null,
  ) {
    super(`the control plane answered ${status}: ${detail}`);
  }

  /** True if the same request would be refused again. */
  get isFinal(): boolean {
    return FINAL.has(this.status);
  }

  /** True if the control plane does not accept this replica's signature, for another reason than the time. */
  get isUnknownReplica(): boolean {
    return this.problem === 'unauthenticated';
  }
}

const MAX_DETAIL = 300;

/** Makes the error from the status and body of an answer. */
export function refusalOf(status: number, body: string): ControlPlaneRefusal {
  const { type, detail, title } = problemIn(body);
  const isOurs = typeof type === 'string' && type.startsWith(PROBLEM);
  const text = [detail, title].find((each) => typeof each === 'string') ?? startOf(body);
  return new ControlPlaneRefusal(
    status,
    text.slice(0, MAX_DETAIL),
    isOurs ? type.slice(PROBLEM.length) : null,
  );
}

function problemIn(body: string): { type?: unknown; detail?: unknown; title?: unknown } {
  try {
    return Object(JSON.parse(body)) as object;
  } catch {
    return {};
  }
}

/** On one line, since it goes into a log. */
const startOf = (body: string): string => body.slice(0, MAX_DETAIL).replace(/\s+/g, ' ').trim();
