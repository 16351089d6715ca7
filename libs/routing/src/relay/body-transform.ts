/** Changes a response body on its way back. Without one the original bytes pass untouched. */
export interface BodyTransform {
  /** True if nothing, not even the status, may go back before the whole body was seen. */
  readonly holdsHead: boolean;
  /** @throws EnvelopeError when the body cannot be filtered safely. */
  push(chunk: Buffer): readonly Buffer[];
  /** @throws EnvelopeError when the body cannot be filtered safely. */
  end(): readonly Buffer[];
}
