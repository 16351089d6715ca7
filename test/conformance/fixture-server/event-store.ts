import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server';

interface StoredEvent {
  stream: string;
  message: JSONRPCMessage;
}

/** The events of one session, so that a client can resume any of its streams. An event's id is its place. */
export class SessionEvents implements EventStore {
  private readonly events: StoredEvent[] = [];

  async storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    return String(this.events.push({ stream, message }) - 1);
  }

  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return this.events[Number(id)]?.stream;
  }

  async replayEventsAfter(
    last: string,
    { send }: { send: (id: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const stream = this.events[Number(last)]?.stream;
    if (stream === undefined) throw new Error(`There is no event ${last}`);
    for (const [i, event] of this.events.entries())
      if (i > Number(last) && event.stream === stream) await send(String(i), event.message);
    return stream;
  }
}
