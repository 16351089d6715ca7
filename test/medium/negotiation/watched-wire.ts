interface Sent {
  method: string;
  rpc: string;
  status: string;
}

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

const GRACE_MS = 2000;

/** Notes the requests of one client as they pass through its `fetch`. */
export class WatchedWire {
  private readonly sent: Sent[] = [];
  private readonly pending = new Set<Promise<unknown>>();

  constructor(
    private readonly token: string,
    private readonly send: Fetch = fetch,
  ) {}

  readonly fetch: Fetch = async (url, init) => {
    const one = { method: init?.method ?? 'GET', rpc: rpcMethodOf(init?.body), status: 'pending' };
    this.sent.push(one);
    const headers = new Headers(init?.headers);
    if (this.token !== '') headers.set('authorization', `Bearer ${this.token}`);
    const answer = this.send(url, { ...init, headers });
    const noted = answer.then(
      (response) => void (one.status = statusOf(response)),
      () => void (one.status = 'failed'),
    );
    this.pending.add(noted);
    return answer;
  };

  /** What was sent, once every request has its answer or has waited long enough for one. */
  async settled(): Promise<{ posts: string[]; others: string[] }> {
    const late = new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref());
    await Promise.race([Promise.all(this.pending), late]);
    const lines = (isPost: boolean): string[] =>
      this.sent.filter(({ method }) => (method === 'POST') === isPost).map(lineOf);
    return { posts: lines(true), others: lines(false) };
  }
}

const lineOf = ({ method, rpc, status }: Sent): string => `${rpc === '' ? method : rpc} ${status}`;

const statusOf = ({ status, headers }: Response): string =>
  `${status} ${headers.get('content-type') ?? ''}`.trimEnd();

function rpcMethodOf(body: unknown): string {
  if (typeof body !== 'string') return '';
  return (JSON.parse(body) as { method?: string }).method ?? 'response';
}
