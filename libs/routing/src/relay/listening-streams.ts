import { Injectable } from '@nestjs/common';

/** A response stream that ends only when somebody ends it. */
export interface ListeningStream {
  /** Ends it as a whole response, so that the client sees an orderly close and reconnects elsewhere. */
  finish(): void;
}

/** The open streams of GET and `subscriptions/listen`, to be ended when the gateway shuts down. */
@Injectable()
export class ListeningStreams {
  private readonly open = new Set<ListeningStream>();

  add(stream: ListeningStream): void {
    this.open.add(stream);
  }

  delete(stream: ListeningStream): void {
    this.open.delete(stream);
  }

  finishAll(): void {
    for (const stream of this.open) stream.finish();
  }
}
