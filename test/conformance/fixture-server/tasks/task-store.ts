import { randomUUID } from 'node:crypto';
import type { CallToolResult, InputRequests, InputResponses } from '@modelcontextprotocol/server';

type Status = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';

/** How long a finished task can be asked for, milliseconds. */
const TTL_MS = 600_000;
const POLL_INTERVAL_MS = 100;

/** What a task does; it may wait for the client's answers, and must stop when the signal fires. */
export type TaskWork = (task: {
  ask: (requests: InputRequests) => Promise<InputResponses>;
  signal: AbortSignal;
}) => Promise<CallToolResult>;

/** One task of the extension `io.modelcontextprotocol/tasks` (SEP-2663). */
export class Task {
  readonly taskId = randomUUID();
  private status: Status = 'working';
  private readonly createdAt = new Date().toISOString();
  private lastUpdatedAt = this.createdAt;
  private outcome: Record<string, unknown> = {};
  private readonly cancelling = new AbortController();
  private pending: InputRequests = {};
  private answers: InputResponses = {};
  private answered: (() => void) | null = null;

  constructor(work: TaskWork) {
    const { signal } = this.cancelling;
    work({ ask: (requests) => this.ask(requests), signal }).then(
      (result) => this.finish('completed', { result }),
      (error: Error) => this.finish('failed', { error: { code: -32603, message: error.message } }),
    );
  }

  /** The task itself, as `tools/call` answers it. */
  get summary(): Record<string, unknown> {
    const { taskId, status, createdAt, lastUpdatedAt } = this;
    return { taskId, status, createdAt, lastUpdatedAt, ttlMs: TTL_MS, pollIntervalMs: POLL_INTERVAL_MS };
  }

  /** The task with what it waits for or has come to, as `tasks/get` answers it. */
  get detail(): Record<string, unknown> {
    const asking = this.status === 'input_required' ? { inputRequests: this.pending } : {};
    return { ...this.summary, ...asking, ...this.outcome };
  }

  /** Takes answers; the task goes on when nothing is open any more. */
  update(responses: InputResponses): void {
    for (const [key, response] of Object.entries(responses)) {
      if (this.pending[key] === undefined) continue;
      delete this.pending[key];
      this.answers[key] = response;
    }
    if (this.status !== 'input_required' || Object.keys(this.pending).length > 0) return;
    this.become('working');
    this.answered?.();
  }

  /** Does nothing to a task that has come to its end. */
  cancel(): void {
    this.finish('cancelled', {});
    this.cancelling.abort();
  }

  private async ask(requests: InputRequests): Promise<InputResponses> {
    this.pending = { ...requests };
    this.become('input_required');
    await new Promise<void>((resolve) => (this.answered = resolve));
    return this.answers;
  }

  private finish(status: Status, outcome: Record<string, unknown>): void {
    if (this.status !== 'working' && this.status !== 'input_required') return;
    this.outcome = outcome;
    this.become(status);
  }

  private become(status: Status): void {
    this.status = status;
    this.lastUpdatedAt = new Date().toISOString();
  }
}

/** The tasks of a server, whichever request made them. */
export class TaskStore {
  private readonly tasks = new Map<string, Task>();

  start(work: TaskWork): Task {
    const task = new Task(work);
    this.tasks.set(task.taskId, task);
    return task;
  }

  get(taskId: string): Task | undefined {
    return this.tasks.get(taskId);
  }

  cancelAll(): void {
    for (const task of this.tasks.values()) task.cancel();
  }
}
