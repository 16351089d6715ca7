import { JSON_HEADERS, modern } from './relay/raw-client.js';

const REASON = /"reason":"(\w+)"/;

/** A `subscriptions/listen` (MCP 2026-07-28) that the MCP server has acknowledged. */
export class OpenStream {
  private constructor(
    private readonly reader: ReadableStreamDefaultReader<Uint8Array>,
    private text: string,
  ) {}

  static async listen(url: URL, token: string): Promise<OpenStream> {
    const { headers, body } = modern('subscriptions/listen', { notifications: { toolsListChanged: true } });
    const all = [...headers, ...JSON_HEADERS, 'Authorization', `Bearer ${token}`];
    const pairs = all.flatMap((name, i) =>
      i % 2 === 0 ? [[name, all[i + 1] ?? ''] as [string, string]] : [],
    );
    const response = await fetch(url, { method: 'POST', headers: pairs, body });
    if (!response.ok || response.body === null) throw new Error(`Status ${response.status}`);
    const stream = new OpenStream(response.body.getReader(), '');
    while (!stream.text.includes('acknowledged')) if (!(await stream.read())) throw new Error(stream.text);
    return stream;
  }

  /**
   * Waits for the end of the stream.
   * @returns the reason that the gateway gave for it, `no reason`, or `still open` when the time is over
   */
  async endsWithin(ms: number): Promise<string> {
    const timer = setTimeout(() => void this.reader.cancel('late'), ms);
    const start = performance.now();
    while (await this.read());
    clearTimeout(timer);
    if (performance.now() - start >= ms) return 'still open';
    return REASON.exec(this.text)?.[1] ?? 'no reason';
  }

  /** False at the end. */
  private async read(): Promise<boolean> {
    const { done, value } = await this.reader.read();
    if (value !== undefined) this.text += Buffer.from(value).toString('utf8');
    return !done;
  }
}
