import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ClientNats, type NatsStatus } from '@nestjs/microservices';
import type { Subscription } from 'rxjs';
import { CONTROL_SETTINGS, type ControlSettings } from '../../settings/settings.js';
import { natsOptions } from '../../nats/nats-options.js';

/** The enum exists only as a type. */
const CONNECTED = 'connected' as NatsStatus;
/** Milliseconds that the first connection may take before a warning is logged. */
const PATIENCE_MS = 3000;

/**
 * The connection to NATS. Delivery is at most once by design: what is sent while there is no connection is lost, and
 * nothing waits for a connection.
 */
@Injectable()
export class NatsLink implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(NatsLink.name);
  private readonly client: ClientNats | null;
  private readonly listeners = new Set<() => void>();
  private status: Subscription | null = null;
  private patience: NodeJS.Timeout | null = null;
  private isOpen = false;
  private isClosing = false;

  constructor(@Inject(CONTROL_SETTINGS) { natsUrl }: ControlSettings) {
    this.client = natsUrl === null ? null : new ClientNats(natsOptions(natsUrl, 'causeway-control-plane'));
  }

  get isConnected(): boolean {
    return this.isOpen;
  }

  /** Calls the listener each time the connection opens. */
  onConnected(listener: () => void): void {
    this.listeners.add(listener);
  }

  onApplicationBootstrap(): void {
    if (this.client === null) {
      this.logger.log('NATS_URL is not set: gateways learn of changes by long poll only');
      return;
    }
    this.status = this.client.status.subscribe((status) => this.follow(status === CONNECTED));
    void this.connect(this.client);
    this.patience = setTimeout(() => this.warnIfAway(), PATIENCE_MS);
  }

  /** Sends a message if there is a connection. A failure is only logged, because the long poll brings the same. */
  emit(subject: string, data: string): void {
    if (this.client === null || !this.isOpen) return;
    this.client.emit<void, string>(subject, data).subscribe({
      error: (error: unknown) =>
        this.logger.warn(`A message could not be published on ${subject}: ${String(error)}`),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    if (this.patience !== null) clearTimeout(this.patience);
    this.status?.unsubscribe();
    this.isOpen = false;
    await this.client?.close();
  }

  private async connect(client: ClientNats): Promise<void> {
    try {
      await client.connect();
    } catch (error) {
      if (!this.isClosing) this.logger.error(`NATS cannot be used: ${String(error)}`);
    }
  }

  private follow(isOpen: boolean): void {
    if (this.isOpen === isOpen) return;
    this.isOpen = isOpen;
    if (isOpen) {
      this.logger.log('NATS is connected');
      for (const listener of this.listeners) listener();
    } else this.warnIfAway();
  }

  private warnIfAway(): void {
    if (!this.isOpen) this.logger.warn('NATS is not reachable: gateways learn of changes by long poll only');
  }
}
