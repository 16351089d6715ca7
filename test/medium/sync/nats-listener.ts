import { SUBJECTS, type DeltaClaims, type HeadClaims } from '#libs/contract';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { TestReplica } from './test-replica.js';

/** Collects what is published, as a gateway would see it. */
export class NatsListener {
  readonly heads: HeadClaims[] = [];
  readonly deltas: DeltaClaims[] = [];

  private constructor(private readonly connection: NatsConnection) {}

  static async to(url: string, replica: TestReplica): Promise<NatsListener> {
    const connection = await connect({
      servers: [new URL(url).host],
      maxReconnectAttempts: -1,
      reconnectTimeWait: 200,
    });
    const listener = new NatsListener(connection);
    connection.subscribe(SUBJECTS.head, {
      callback: (_, message) => void listener.heads.push(replica.head(dataOf(message.data))),
    });
    connection.subscribe(SUBJECTS.delta, {
      callback: (_, message) => void listener.deltas.push(replica.delta(dataOf(message.data))),
    });
    await connection.flush();
    return listener;
  }

  /** Publishes a message of the test's own. */
  publish(subject: string, data: string): void {
    this.connection.publish(subject, JSON.stringify({ pattern: subject, data }));
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

const dataOf = (bytes: Uint8Array): string =>
  (JSON.parse(Buffer.from(bytes).toString()) as { data: string }).data;
