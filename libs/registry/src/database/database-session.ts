import { Logger } from '@nestjs/common';
import { Client, type ClientConfig } from 'pg';

/** How long to wait before another attempt to connect, milliseconds. */
const RETRY_MS = 1000;
/** Beyond this a statement counts as unanswered and the session as lost, milliseconds. */
const QUERY_TIMEOUT_MS = 3000;

export interface SessionHandlers {
  /** A new session is open. If this fails, the session is closed and another one is tried. */
  opened: (client: Client) => Promise<void>;
  /** The session is gone, and with it its locks and subscriptions. */
  lost?: () => void;
}

/**
 * One PostgreSQL session outside of the pool, for what belongs to a session: LISTEN, advisory locks. It reconnects for
 * ever.
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

  /** Begins to connect; never waits, never fails. */
  open(): void {
    if (!this.isClosed) void this.attempt();
  }

  /** Gives the session up; another one is opened. */
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

  /** One line per change of state. */
  private note(isAway: boolean, text: string): void {
    if (this.isAway === isAway || this.isClosed) return;
    this.isAway = isAway;
    if (isAway) this.logger.warn(`lost: ${text}`);
    else this.logger.log('open again');
  }
}

const clientConfig = (connectionString: string, purpose: string): ClientConfig => ({
  connectionString,
  application_name: `causeway-${purpose}`,
  connectionTimeoutMillis: 2000,
  query_timeout: QUERY_TIMEOUT_MS,
  keepAlive: true,
  // A holder that vanished without a word must lose its locks within seconds, not hours.
  options: '-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3',
});

/** A session that is given up is not waited for. */
function end(client: Client): void {
  client.end().catch(() => undefined);
}
