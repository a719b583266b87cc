import type { EncodedPacketSink } from 'mediabunny';
import type { PacketDecoder } from '../decoding/packet-decoder.ts';
import { notReadable } from '../decoding/unreadable.ts';
import type { Placed } from '../decoding/timeline.ts';
import type { Effort } from './read-budget.ts';
import type { Decoding } from './track-decoding.ts';

/** Damaged packets that are passed over, at most: each leaves silence of its length. */
const damagedMost = 1000;

/**
 * The sound of a track from a time on, packet by packet.
 * @param from seconds
 * @throws DomainError `unsupported-media` when hardly any packet can be decoded
 */
export async function* decodedPackets(
  sink: EncodedPacketSink,
  decoding: Decoding,
  from: number,
  effort: Effort,
): AsyncGenerator<Placed> {
  const decoder = await decoding.start();
  let damaged = 0;
  try {
    let packet = (await sink.getPacket(from)) ?? (await sink.getFirstPacket());
    while (packet) {
      effort.renew();
      const samples = decoded(decoder, packet.data);
      if (samples.length > 0) {
        yield { at: Math.round(packet.timestamp * decoding.sampleRate), samples };
      } else {
        damaged += 1;
        if (damaged > damagedMost) {
          throw notReadable('it is damaged throughout. Check that it plays, and upload it again.');
        }
      }
      packet = await sink.getNextPacket(packet);
    }
  } finally {
    decoder.free();
  }
}

/** Nothing for a packet that the decoder chokes on, such as one larger than any can be. */
function decoded(decoder: PacketDecoder, packet: Uint8Array): Float32Array {
  try {
    return decoder.decode(packet);
  } catch (error) {
    if (error instanceof RangeError) return new Float32Array(0);
    throw error;
  }
}
