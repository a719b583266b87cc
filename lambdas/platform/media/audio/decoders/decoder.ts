/** Turns the packets of one stream into samples, in their order. */
export interface PacketDecoder {
  /** @returns mono samples from -1 to 1, valid until the next call */
  decode(packet: Uint8Array): Float32Array;
  /** Lets go of its memory, which no garbage collector sees. */
  free(): void;
}
