import { Injectable, Logger } from '@nestjs/common';
import { type PrivateBundle, Backoff, PRIVATE_BUNDLE } from '#libs/contract';
import { type GenerationKey, SnapshotStore, type HopKeyring, type Snapshot } from '#libs/snapshot';
import { DataDirectory } from '../../state/data-directory.js';
import { ReplicaIdentity } from '../../state/identity/replica-identity.js';
import { ControlPlaneClient } from '../control-plane-client/control-plane-client.service.js';
import type { CallOptions } from '../control-plane-client/control-plane-http.service.js';
import { pause } from '../control-plane-client/pause.js';

const KEY_BYTES = 32;

/** The keys of a private bundle, ready for look-ups. */
export class BundleKeys {
  private readonly outboundByPeer = new Map<string, GenerationKey>();
  private readonly inboundByPeer = new Map<string, Buffer>();
  readonly session: readonly GenerationKey[];

  constructor(bundle: PrivateBundle) {
    for (const { peer, generation, key } of bundle.outbound) {
      if (generation === bundle.generation) this.outboundByPeer.set(peer, { generation, key: decode(key) });
    }
    for (const { peer, generation, key } of bundle.inbound) {
      this.inboundByPeer.set(inboundId(peer, generation), decode(key));
    }
    this.session = bundle.session
      .map(({ generation, key }) => ({ generation, key: decode(key) }))
      .sort((a, b) => rank(a, bundle.generation) - rank(b, bundle.generation));
  }

  outbound(peer: string): GenerationKey | null {
    return this.outboundByPeer.get(peer) ?? null;
  }

  inbound(peer: string, generation: number): Buffer | null {
    return this.inboundByPeer.get(inboundId(peer, generation)) ?? null;
  }
}

/** The current generation comes first, because it signs: a replica that is one bundle behind accepts it, too. */
const rank = ({ generation }: GenerationKey, current: number): number => Math.abs(current - generation);

/** A gateway's name has no space, so that no two pairs share an id. */
const inboundId = (peer: string, generation: number): string => `${peer} ${generation}`;

function decode(key: string): Buffer {
  const bytes = Buffer.from(key, 'base64url');
  if (bytes.length !== KEY_BYTES) throw new Error('a key of the private bundle does not have 32 bytes');
  return bytes;
}

const BUNDLE_FILE = 'bundle';
/** Least time between two refreshes, milliseconds: forged hops must not make this gateway ask all the time. */
const REFRESH_EVERY_MS = 1000;
/** A bundle is fetched again after this time in any case, milliseconds. */
const MAX_AGE_MS = 600_000;

/** The keys that only this gateway may have, from its private bundle, which is kept on disk encrypted. */
@Injectable()
export class HopKeys implements HopKeyring {
  private readonly logger = new Logger(HopKeys.name);
  private keys: BundleKeys | null = null;
  private refreshing: Promise<void> | null = null;
  private refreshedAt = -Infinity;
  /** The gateways, their incarnations and the generation that the bundle was fetched for. */
  private fetchedFor: string | null = null;
  private wake: (() => void) | null = null;

  constructor(
    private readonly client: ControlPlaneClient,
    private readonly identity: ReplicaIdentity,
    private readonly directory: DataDirectory,
    private readonly store: SnapshotStore,
  ) {}

  outbound(peer: string): GenerationKey | null {
    return this.keys?.outbound(peer) ?? null;
  }

  inbound(peer: string, generation: number): Buffer | null {
    return this.keys?.inbound(peer, generation) ?? null;
  }

  session(): readonly GenerationKey[] {
    return this.keys?.session ?? [];
  }

  /** Never throws: callers look up the key afterwards. */
  refresh(): Promise<void> {
    if (performance.now() - this.refreshedAt < REFRESH_EVERY_MS) return this.refreshing ?? Promise.resolve();
    this.refreshing ??= this.attempt();
    return this.refreshing;
  }

  /** Takes the bundle from disk, if there is one. */
  async load(): Promise<void> {
    if (this.identity.enrolment === null) return;
    try {
      const bundle = await this.directory.readSealed(BUNDLE_FILE);
      if (bundle !== null) this.accept(bundle);
      else this.logger.warn('there is no private bundle on disk: hops and sessions need the control plane');
    } catch (error) {
      this.logger.error(`the private bundle on disk is not usable: ${(error as Error).message}`);
    }
  }

  /** Fetches at start and whenever gateways, their incarnations or the generation change, until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = this.store.onReplaced(() => this.wake?.());
    const backoff = new Backoff(250, 5000);
    while (!signal.aborted) {
      const wanted = dependencies(this.store.current);
      if (this.fetchedFor === wanted) await this.change(signal);
      else if (await this.fetch(wanted, { signal })) backoff.reset();
      else await pause(backoff.next(), signal);
    }
    stop();
  }

  private async attempt(): Promise<void> {
    this.refreshedAt = performance.now();
    await this.fetch(dependencies(this.store.current));
    this.refreshing = null;
  }

  private async fetch(wanted: string, options: CallOptions = {}): Promise<boolean> {
    try {
      const bundle = await this.client.get('/internal/v1/bundle', options);
      this.accept(bundle);
      this.fetchedFor = wanted;
      await this.keep(bundle);
      return true;
    } catch (error) {
      if (options.signal?.aborted !== true) this.warn(error as Error);
      return false;
    }
  }

  private warn(error: Error): void {
    this.logger.warn(`the private bundle could not be fetched: ${error.message}`);
  }

  private async keep(bundle: unknown): Promise<void> {
    try {
      await this.directory.writeSealed(BUNDLE_FILE, bundle);
    } catch (error) {
      this.logger.error(`the private bundle cannot be kept on disk: ${(error as Error).message}`);
    }
  }

  private accept(value: unknown): void {
    const bundle = PRIVATE_BUNDLE.parse(value, 'the private bundle');
    if (bundle.gateway !== this.identity.gateway)
      throw new Error(`it is the bundle of gateway ${bundle.gateway}`);
    this.keys = new BundleKeys(bundle);
  }

  private async change(signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.wake = () => woken.abort();
    if (dependencies(this.store.current) === this.fetchedFor) {
      await pause(MAX_AGE_MS, AbortSignal.any([signal, woken.signal]));
    }
    this.wake = null;
    if (!woken.signal.aborted) this.fetchedFor = null;
  }
}

function dependencies(snapshot: Snapshot | null): string {
  const holders = [...(snapshot?.gateways() ?? [])].map(
    ({ name, incarnation = '' }) => `${name}|${incarnation}`,
  );
  return `${snapshot?.hopGeneration()?.generation ?? 0} ${holders.sort().join(' ')}`;
}
