/** Byte offsets of a value within the body: `bytes.subarray(start, end)`. A string's span includes its quotes. */
export interface Span {
  start: number;
  end: number;
}
