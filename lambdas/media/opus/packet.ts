/** Units a second in which Opus counts (RFC 7845 §4). */
export const opusUnits = 48_000;

/** Milliseconds of a frame by the configuration in the packet's first byte (RFC 6716 §3.1, table 2). */
const frameMs = (configuration: number): number => {
  if (configuration < 12) return [10, 20, 40, 60][configuration & 3] ?? 0;
  if (configuration < 16) return [10, 20][configuration & 1] ?? 0;
  return [2.5, 5, 10, 20][configuration & 3] ?? 0;
};
/** No packet is longer. */
const maxMs = 120;

/** The units that a packet lasts; 0 for one that is no packet of Opus. */
export function opusDuration(packet: Uint8Array): number {
  const [head, count = 0] = packet;
  if (head === undefined) return 0;
  const frames = [1, 2, 2, count & 0x3f][head & 3] ?? 0;
  const ms = frames * frameMs(head >> 3);
  return ms > maxMs ? 0 : ms * (opusUnits / 1000);
}
