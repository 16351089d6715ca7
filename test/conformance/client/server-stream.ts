/**
 * Tells when a server's own stream stands, the one that a legacy client asks for with GET. A scenario whose server sends
 * on it has to wait for it: the client asks for the stream and makes its first call on two connections, and nothing says
 * which comes first, with gateways or without.
 */
export class ServerStream {
  private open: () => void = () => undefined;
  /** Resolves when the first GET is answered, whatever the answer is. */
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));

  /** For the client's transport. */
  readonly fetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const response = await fetch(url, init);
    if (init?.method === 'GET') this.open();
    return response;
  };
}
