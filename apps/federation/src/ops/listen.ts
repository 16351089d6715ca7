import { Logger, type INestApplication } from '@nestjs/common';

/**
 * Opens a port and logs where, since port 0 leaves the choice to the system.
 * @param name Context of the log line.
 * @throws Error when the port cannot be listened on.
 */
export async function listen(app: INestApplication, port: number, host: string, name: string): Promise<void> {
  await app.listen(port, host);
  new Logger(name).log(`Listening on ${await app.getUrl()}`);
}
