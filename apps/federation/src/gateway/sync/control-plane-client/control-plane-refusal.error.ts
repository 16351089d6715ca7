/** Statuses with which the control plane refuses for good; any other failure may pass. */
const FINAL = new Set([400, 401, 403, 404, 409, 413, 415, 422]);

/** The control plane answered with an error status. */
export class ControlPlaneRefusal extends Error {
  constructor(
    readonly status: number,
    /** The problem's detail (RFC 9457 §3.1), or the start of the body. */
    readonly detail: string,
  ) {
    super(`the control plane answered ${status}: ${detail}`);
  }

  /** True if the same request would be refused again. */
  get isFinal(): boolean {
    return FINAL.has(this.status);
  }
}

const MAX_DETAIL = 300;

/** Makes the error from the status and body of an answer. */
export function refusalOf(status: number, body: string): ControlPlaneRefusal {
  return new ControlPlaneRefusal(status, detailOf(body).slice(0, MAX_DETAIL));
}

function detailOf(body: string): string {
  try {
    const problem = JSON.parse(body) as { detail?: unknown; title?: unknown } | null;
    const text = problem?.detail ?? problem?.title;
    return typeof text === 'string' ? text : body;
  } catch {
    return body;
  }
}
