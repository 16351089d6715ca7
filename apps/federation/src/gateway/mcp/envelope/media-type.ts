import type { IncomingHttpHeaders } from 'node:http';
import { GatewayFault } from '#libs/contract';

const JSON_BODY = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*(?:utf-8|"utf-8")[ \t]*)?;?[ \t]*$/i;

/**
 * What cannot be read cannot be judged: anything but plain JSON in UTF-8 is refused, since an MCP server might read it
 * after all.
 * @throws GatewayFault `media_type_unsupported` or `content_encoding_unsupported`.
 */
export function assertJson(headers: IncomingHttpHeaders): void {
  const type = headers['content-type'];
  if (type === undefined || !JSON_BODY.test(type))
    throw new GatewayFault('media_type_unsupported', { detail: type ?? '(none)' });
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new GatewayFault('content_encoding_unsupported', { detail: encoding });
}
