import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../scripts/toolchain/run-command.mjs';

/** The last stage of a Dockerfile, replayed. */
export interface ReplayedImage {
  /** The folder that stands for `/app`. */
  app: string;
  env: Record<string, string>;
  user: string;
  command: string[];
  healthCheck: string[];
}

const APP = '/app';

/**
 * Replays a Dockerfile without Docker: every stage in a folder of its own that stands for its `WORKDIR` /app, with the
 * Node of this machine in place of the base image's. What it does not understand is an error, so that it stays honest.
 */
export class DockerfileReplay {
  private readonly stages = new Map<string, string>();
  private stage = '';
  private readonly image: ReplayedImage = { app: '', env: {}, user: '', command: [], healthCheck: [] };

  constructor(
    private readonly context: string,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  async replay(): Promise<ReplayedImage> {
    const text = readFileSync(join(this.context, 'Dockerfile'), 'utf8');
    const lines = text.replaceAll('\\\n', ' ').split('\n');
    for (const line of lines) {
      if (line.trim() === '' || line.startsWith('#')) continue;
      const [keyword = '', ...rest] = line.trim().split(/\s+/);
      await this.step(keyword, rest.join(' '));
    }
    return { ...this.image, app: this.stage };
  }

  private async step(keyword: string, argument: string): Promise<void> {
    if (keyword === 'FROM') return this.from(argument);
    if (keyword === 'COPY') return this.copy(argument);
    if (keyword === 'RUN') return this.run(argument);
    if (keyword === 'ENV') return this.setEnv(argument);
    if (keyword === 'USER') this.image.user = argument;
    else if (keyword === 'CMD') this.image.command = JSON.parse(argument) as string[];
    else if (keyword === 'HEALTHCHECK')
      this.image.healthCheck = JSON.parse(argument.slice(argument.indexOf('['))) as string[];
    else if (keyword === 'WORKDIR' && argument === APP) return;
    else if (!['VOLUME', 'EXPOSE'].includes(keyword))
      throw new Error(`Not understood: ${keyword} ${argument}`);
  }

  private from(argument: string): void {
    const name = argument.split(/\s+AS\s+/)[1];
    if (name === undefined) throw new Error(`A stage without a name: ${argument}`);
    this.stage = join(this.folder, name);
    this.stages.set(name, this.stage);
    mkdirSync(this.stage);
  }

  private copy(argument: string): void {
    const words = argument.split(' ');
    const from =
      words[0]?.startsWith('--from=') === true ? words.shift()?.slice('--from='.length) : undefined;
    const target = words.pop() ?? '';
    const isFolder = words.length > 1 || target.endsWith('/') || target === '.';
    for (const word of words) {
      const source = from === undefined ? this.inContext(word) : this.inStage(from, word);
      const isWhole = from !== undefined && word === APP;
      const to = isFolder && !isWhole ? join(this.stage, target, word) : join(this.stage, target);
      const filter = (path: string): boolean => from !== undefined || !path.endsWith('.spec.ts');
      cpSync(source, to, { recursive: true, verbatimSymlinks: true, filter });
    }
  }

  /** @throws Error for what .dockerignore keeps out of the context, which a real build would not find */
  private inContext(path: string): string {
    const kept = readFileSync(join(this.context, '.dockerignore'), 'utf8').split('\n');
    if (!kept.includes(`!${path}`)) throw new Error(`.dockerignore leaves out ${path}`);
    return join(this.context, path);
  }

  private inStage(name: string, path: string): string {
    return `${this.stages.get(name) ?? ''}${path.slice(APP.length)}`;
  }

  private async run(argument: string): Promise<void> {
    await runCommand('sh', ['-c', argument], { cwd: this.stage, env: this.env });
  }

  private setEnv(argument: string): void {
    const [key = '', value = ''] = argument.split('=');
    this.image.env[key] = value.startsWith(APP) ? this.stage + value.slice(APP.length) : value;
  }
}
