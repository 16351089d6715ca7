/**
 * Registers gateways through the admin API and leaves each one's join token in a file named after it. A gateway that is
 * registered already gets a new join token if its file is missing, and is left alone otherwise.
 *
 * CONTROL_PLANE_URL, ADMIN_TOKEN, JOIN_DIRECTORY, GATEWAYS (`name=url`, comma-separated).
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { CONTROL_PLANE_URL, ADMIN_TOKEN, JOIN_DIRECTORY = '', GATEWAYS = '' } = process.env;

/**
 * @param {string} path @param {object} body
 * @returns {Promise<{status: number, answer: any}>} what the admin API answered, also if the resource is there already
 */
async function post(path, body) {
  const response = await fetch(`${CONTROL_PLANE_URL}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (response.ok || response.status === 409) return { status: response.status, answer };
  throw new Error(`POST ${path}: ${response.status} ${JSON.stringify(answer)}`);
}

/** @param {string} name @param {string} url @returns {Promise<string>} */
async function joinToken(name, url) {
  const { status, answer } = await post('/gateways', { name, url, hopUrl: null, labels: { cloud: name } });
  if (status !== 409) return answer.joinToken.token;
  return (await post(`/gateways/${name}/join-tokens`, { expiresInSeconds: null })).answer.token;
}

mkdirSync(JOIN_DIRECTORY, { recursive: true });
for (const entry of GATEWAYS.split(',')) {
  const [name = '', url = ''] = entry.split('=');
  const file = join(JOIN_DIRECTORY, name);
  if (existsSync(file)) continue;
  // The gateways run as another user than this one, and the volume is shared with nobody else.
  writeFileSync(file, await joinToken(name, url), { mode: 0o444 });
  console.log(`Registered ${name} at ${url}`);
}
