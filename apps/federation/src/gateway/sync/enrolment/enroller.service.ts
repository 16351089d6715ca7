import { Backoff, ENROL_ANSWER, SCHEMA_VERSION, type EnrolAnswer, type EnrolRequest } from '#libs/contract';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { SettingsError } from '../../../settings/settings.error.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../../settings/settings.js';
import { VERSION } from '../../../version.js';
import type { Enrolment } from '../../state/identity/enrolment.js';
import { ReplicaIdentity } from '../../state/identity/replica-identity.js';
import { ControlPlaneHttp } from '../control-plane-client/control-plane-http.service.js';
import { ControlPlaneRefusal } from '../control-plane-client/control-plane-refusal.error.js';
import { pause } from '../control-plane-client/pause.js';

/** Least time between two attempts to enrol again, milliseconds. */
const RENEW_EVERY_MS = 30_000;
const GET_ONE = 'Ask for one: POST /api/v1/gateways/{name}/join-tokens';

/** Enrols this replica with its join token. */
@Injectable()
export class Enroller {
  private readonly logger = new Logger(Enroller.name);
  private renewedAt = -Infinity;
  private reported = '';

  constructor(
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
    private readonly identity: ReplicaIdentity,
    private readonly http: ControlPlaneHttp,
  ) {}

  /** @throws SettingsError if the replica has not enrolled and has no join token to do so. */
  requireMeans(): void {
    if (this.identity.enrolment !== null || this.settings.joinToken !== null) return;
    const allowed = 'a join token, since DATA_DIR has no enrolment.json: this replica has not enrolled';
    throw faultOf('JOIN_TOKEN', '(not set)', allowed, GET_ONE);
  }

  /**
   * Enrols unless the replica has enrolled before; keeps trying until the control plane answers.
   * @throws SettingsError if the control plane refuses the join token or the URL, or no control plane is at its URL.
   */
  async enrol(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(250, 5000);
    while (this.identity.enrolment === null && !signal.aborted) {
      const answer = await this.attempt();
      if (answer !== null) await this.accept(answer);
      else await pause(backoff.next(), signal);
    }
  }

  /**
   * Enrols again when the control plane no longer knows this replica, because it was away for long or a backup was restored.
   * The pinned signing keys stay the trusted ones, so that nobody can take over the gateway this way.
   */
  async renew(): Promise<void> {
    const { enrolment } = this.identity;
    if (enrolment === null || performance.now() - this.renewedAt < RENEW_EVERY_MS) return;
    this.renewedAt = performance.now();
    try {
      await this.renewWith(enrolment);
    } catch (error) {
      this.logger.error(`the control plane does not accept this replica: ${(error as Error).message}`);
    }
  }

  private async renewWith(enrolment: Enrolment): Promise<void> {
    if (this.settings.joinToken === null) throw new Error('enrolling again needs JOIN_TOKEN');
    const { gateway, deploymentId, replicaId } = await this.request();
    if (gateway !== enrolment.gateway || deploymentId !== enrolment.deploymentId) {
      throw new Error(
        `it belongs to another deployment or calls this gateway ${gateway}; clear DATA_DIR to follow it`,
      );
    }
    await this.identity.enrolled({ ...enrolment, replicaId });
    this.logger.log(`enrolled again as replica ${replicaId}`);
  }

  /** @returns Null if the control plane could not be reached or cannot enrol anybody now. */
  private async attempt(): Promise<EnrolAnswer | null> {
    try {
      return await this.request();
    } catch (error) {
      if (error instanceof ControlPlaneRefusal && error.isFinal) throw this.fault(error);
      this.report(error as Error);
      return null;
    }
  }

  /** One line for each cause, however often it comes back. */
  private report({ message }: Error): void {
    if (message === this.reported) return;
    this.reported = message;
    this.logger.warn(
      `not enrolled yet; check CONTROL_PLANE_URL, ${this.settings.controlPlaneUrl}: ${message}`,
    );
  }

  private async request(): Promise<EnrolAnswer> {
    const body: EnrolRequest = {
      joinToken: this.settings.joinToken ?? '',
      url: this.settings.url,
      publicKey: this.identity.key.x,
      version: VERSION,
      schemaVersion: SCHEMA_VERSION,
    };
    const answer: unknown = await this.http.json('POST', '/internal/v1/enrol', JSON.stringify(body), {});
    return ENROL_ANSWER.parse(answer, 'the answer to the enrolment');
  }

  private async accept(answer: EnrolAnswer): Promise<void> {
    await this.identity.enrolled({ ...answer, url: this.settings.url });
    this.logger.log(`enrolled as replica ${answer.replicaId} of gateway ${answer.gateway}`);
  }

  /** Only a control plane can refuse a join token; what anything else answers says that its URL is wrong. */
  private fault({ status, problem, detail }: ControlPlaneRefusal): SettingsError {
    const { url, controlPlaneUrl } = this.settings;
    if (problem === null || problem === 'not-found') {
      const seen = `${controlPlaneUrl}, which answered ${status}: ${detail || 'nothing'}`;
      return faultOf('CONTROL_PLANE_URL', seen, 'the URL of the control plane');
    }
    if (problem === 'url-mismatch')
      return faultOf('GATEWAY_URL', url, `the URL that the gateway is registered with (${detail})`);
    const allowed = `a join token that is known, not expired and not revoked (${detail})`;
    return faultOf('JOIN_TOKEN', '(secret)', allowed, GET_ONE);
  }
}

const faultOf = (key: string, seen: string, allowed: string, advice?: string): SettingsError =>
  new SettingsError([{ key, seen, allowed, ...(advice !== undefined && { advice }) }]);
