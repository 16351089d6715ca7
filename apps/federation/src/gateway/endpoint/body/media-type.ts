import type { IncomingHttpHeaders } from 'node:http';
import { GatewayFault } from '#libs/contract';

const JSON_TYPE = 'application/json';
const JSON_WITH_PARAMETER =
  /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*(?:utf-8|"utf-8")[ \t]*)?;?[ \t]*$/i;
/** Longer media types are refused unread: matching one must not take longer than its length warrants. Characters. */
const MAX_LENGTH = 128;

/**
 * What cannot be read cannot be judged: anything but plain JSON in UTF-8 is refused, since an MCP server might read it
 * after all.
 * @throws GatewayFault `media_type_unsupported` or `content_encoding_unsupported`.
 */
export function assertJson(headers: IncomingHttpHeaders): void {
  const type = headers['content-type'];
  if (type !== JSON_TYPE && (type === undefined || !isJson(type)))
    throw new GatewayFault('media_type_unsupported', { detail: seen(type) });
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new GatewayFault('content_encoding_unsupported', { detail: seen(encoding) });
}

const isJson = (type: string): boolean => type.length <= MAX_LENGTH && JSON_WITH_PARAMETER.test(type);

function seen(text: string | undefined): string {
  if (text === undefined) return '(none)';
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
