import { join } from 'node:path';
import { startChild, untilReady, type Child } from '../../scripts/toolchain/child-processes.mjs';
import { freePort } from '../../scripts/toolchain/free-port.mjs';
import { ROOT, runtimeNode } from '../../scripts/toolchain/paths.mjs';

/** The reference server `@modelcontextprotocol/server-everything` over streamable HTTP, as a process. */
export async function startEverythingServer(directory: string): Promise<{ url: string; child: Child }> {
  const port = await freePort();
  const program = join(
    ROOT,
    'node_modules',
    '@modelcontextprotocol',
    'server-everything',
    'dist',
    'index.js',
  );
  const child = await startChild({
    name: 'server-everything',
    command: [runtimeNode(), program, 'streamableHttp'],
    env: { ...process.env, PORT: String(port) },
    log: join(directory, 'logs', `server-everything-${port}.log`),
  });
  await untilReady(child, () => /listening on port/i.test(child.output()));
  return { url: `http://127.0.0.1:${port}/mcp`, child };
}
