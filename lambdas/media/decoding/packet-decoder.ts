/** Decodes packets of a container, in their order. */
export interface PacketDecoder {
  /** The packet's samples, mixed to one channel; none when it is damaged. */
  decode(packet: Uint8Array): Float32Array;
  free(): void;
}
