/** The beginning of a field `data` that is not empty, and as many bytes as may be split between two chunks. */
const DATA = /[\r\n]data: ?[^ \r\n]/;
const CARRIED = 8;

/** Sees whether a stream of server-sent events has brought a message yet; comments and priming events are none. */
export class FirstMessage {
  private carried = '\n';

  /** Begun, though perhaps not complete. */
  hasBegun = false;

  note(chunk: Buffer): void {
    if (this.hasBegun) return;
    const text = this.carried + chunk.toString('latin1');
    this.hasBegun = DATA.test(text);
    this.carried = text.slice(-CARRIED);
  }
}
