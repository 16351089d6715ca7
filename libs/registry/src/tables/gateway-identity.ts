/**
 * The form in which URLs of gateways are compared: lower-case scheme and host, no default port, no trailing slash, no
 * query. Two spellings of one gateway must not look like two gateways, or a request could go round in a loop.
 * @throws TypeError if `text` is no URL.
 */
export function gatewayIdentity(text: string): string {
  const url = new URL(text);
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

/** `host[:port]` of a gateway's URL: how audit records name it. */
export const gatewayHost = (text: string): string => new URL(text).host;
