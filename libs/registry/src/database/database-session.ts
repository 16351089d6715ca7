import { Logger } from '@nestjs/common';
import { Client, type ClientConfig } from 'pg';

/** Milliseconds between two attempts to connect. */
const RETRY_MS = 1000;
/** Milliseconds after which a statement counts as unanswered and the session as lost. */
const QUERY_TIMEOUT_MS = 3000;

export interface SessionHandlers {
  /** Called when a session has opened. If it fails, the session is closed and another one is opened. */
  opened: (client: Client) => Promise<void>;
  /** Called when the session is lost, and with it its locks and subscriptions. */
  lost?: () => void;
}

/**
 * One PostgreSQL session outside the pool, for what belongs to a session: LISTEN and advisory locks. It reconnects
 * forever.
 */
export class DatabaseSession {
  private readonly logger: Logger;
  private client: Client | null = null;
  private retry: NodeJS.Timeout | null = null;
  private isClosed = false;
  private isAway = false;

  constructor(
    private readonly purpose: string,
    private readonly databaseUrl: string,
    private readonly handlers: SessionHandlers,
  ) {
    this.logger = new Logger(`DatabaseSession(${purpose})`);
  }

  /** The open session, or null while there is none. */
  get current(): Client | null {
    return this.client;
  }

  /** Starts connecting. Does not wait, and does not fail. */
  open(): void {
    if (!this.isClosed) void this.attempt();
  }

  /** Closes the session and opens another one. */
  drop(client: Client, reason: string): void {
    if (this.client !== client) return;
    this.note(true, reason);
    this.client = null;
    end(client);
    this.handlers.lost?.();
    this.schedule();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    if (this.retry !== null) clearTimeout(this.retry);
    const { client } = this;
    this.client = null;
    if (client !== null) await client.end().catch(() => undefined);
  }

  private async attempt(): Promise<void> {
    const client = new Client(clientConfig(this.databaseUrl, this.purpose));
    client.on('error', (error) => this.drop(client, error.message));
    client.on('end', () => this.drop(client, 'the server ended the session'));
    try {
      await client.connect();
      await this.adopt(client);
    } catch (error) {
      if (this.client === client) return this.drop(client, String(error));
      this.note(true, (error as Error).message);
      end(client);
      this.schedule();
    }
  }

  private async adopt(client: Client): Promise<void> {
    if (this.isClosed) return end(client);
    this.client = client;
    await this.handlers.opened(client);
    this.note(false, 'open');
  }

  private schedule(): void {
    if (!this.isClosed) this.retry = setTimeout(() => this.open(), RETRY_MS);
  }

  /** Logs one line when the state changes. */
  private note(isAway: boolean, text: string): void {
    if (this.isAway === isAway || this.isClosed) return;
    this.isAway = isAway;
    if (isAway) this.logger.warn(`The session was lost: ${text}`);
    else this.logger.log('The session is open again');
  }
}

const clientConfig = (connectionString: string, purpose: string): ClientConfig => ({
  connectionString,
  application_name: `causeway-${purpose}`,
  connectionTimeoutMillis: 2000,
  query_timeout: QUERY_TIMEOUT_MS,
  keepAlive: true,
  // A client that vanishes must lose its locks within seconds, not hours.
  options: '-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3',
});

/** Ends a connection without waiting for it. */
function end(client: Client): void {
  client.end().catch(() => undefined);
}
