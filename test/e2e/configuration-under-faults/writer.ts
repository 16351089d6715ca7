import type { Federation } from '../../support/federation.js';

/** A change that the control plane has accepted. */
export interface AcceptedChange {
  resource: string;
  /** Null where the answer was lost and only a repetition showed that the change had been made. */
  revision: number | null;
}

type Answer = Awaited<ReturnType<Federation['api']['request']>>;

/** The changes of one writer; more than one writer makes 200 of them. */
export const CREATED_BY_WRITER = 8;
export const CHANGES_OF_WRITER = CREATED_BY_WRITER + 2;

const policy = (more: object = {}) => ({
  effect: 'allow',
  subjects: ['group:nobody'],
  servers: ['none'],
  ...more,
});

/**
 * An administrator's script that makes its changes one after the other. What is refused for the moment, or gets no
 * answer, it repeats until it is accepted.
 */
export class Writer {
  readonly accepted: AcceptedChange[] = [];

  constructor(
    private readonly federation: Federation,
    private readonly number: number,
  ) {}

  /** Names that must be there in the end, each with the tools that it must have. */
  get expected(): [name: string, tools: string[] | null][] {
    const names = Array.from({ length: CREATED_BY_WRITER }, (_, i) => this.name(i)).slice(0, -1);
    return names.map((name, i) => [name, i === 0 ? ['replaced'] : null]);
  }

  async run(): Promise<void> {
    for (let i = 0; i < CREATED_BY_WRITER; i++) {
      const name = this.name(i);
      await this.change(name, 409, () => this.request('POST', '/policies', policy({ name })));
    }
    await this.change(this.name(0), null, () => this.replace(this.name(0)));
    const last = this.name(CREATED_BY_WRITER - 1);
    await this.change(last, 404, () => this.request('DELETE', `/policies/${last}`));
  }

  private name(i: number): string {
    return `writer-${this.number}-${i}`;
  }

  /** @param madeBefore status that tells, of a repetition, that the change had been made */
  private async change(name: string, madeBefore: number | null, make: () => Promise<Answer>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const answer = await make().catch(() => null);
      const isAccepted = answer !== null && answer.status < 300;
      const wasMade = attempt > 1 && answer?.status === madeBefore;
      if (isAccepted || wasMade) {
        const revision = isAccepted ? Number(answer.body.revision) : null;
        this.accepted.push({ resource: `policies/${name}`, revision });
        return;
      }
      if (answer !== null && !isTemporary(answer.status))
        throw new Error(`${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 200));
    }
  }

  private async replace(name: string): Promise<Answer> {
    const { headers } = await this.request('GET', `/policies/${name}`);
    const ifMatch = { 'if-match': headers.get('etag') ?? '"0"' };
    return this.federation.api.request('PUT', `/policies/${name}`, policy({ tools: ['replaced'] }), ifMatch);
  }

  private request(method: string, path: string, body?: object): Promise<Answer> {
    return this.federation.api.request(method, path, body);
  }
}

/** The database is away, no replica is ready, or the one that was asked went away; and an ETag that so got stale. */
const isTemporary = (status: number): boolean => [412, 502, 503].includes(status);
