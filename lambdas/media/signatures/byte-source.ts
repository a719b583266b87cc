/** A file, read by ranges. */
export interface ByteSource {
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes from `from` up to, not including, `to`, or the file's end. */
  range(from: number, to: number): Promise<Uint8Array>;
}
