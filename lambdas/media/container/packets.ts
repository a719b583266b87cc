import type { EncodedPacketSink } from 'mediabunny';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { PacketDecoder } from '../decoding/recording.ts';
import type { TimedSamples } from '../decoding/timeline.ts';
import { unreadable } from '../decoding/unreadable.ts';
import type { ReadBudget } from './read-budget.ts';
import type { Decoding } from './track-decoding.ts';

/** Damaged packets that are skipped, at most: each leaves silence of its length. */
const maxDamaged = 1000;

/** The times of packets, and what bounds their reading: the time of the whole file, and the bytes between two packets. */
export interface ReadLimits {
  readonly object: ObjectReader;
  readonly budget: ReadBudget;
  /** Seconds by which the container's times are late. */
  readonly delay: number;
}

/**
 * The samples of a track from a time on, packet by packet.
 * @param from seconds
 * @throws DomainError `unsupported-media` when more packets than that are damaged
 */
export async function* decodedPackets(
  sink: EncodedPacketSink,
  decoding: Decoding,
  from: number,
  { object, budget, delay }: ReadLimits,
): AsyncGenerator<TimedSamples> {
  const decoder = await decoding.start();
  let damaged = 0;
  try {
    let packet = (await sink.getPacket(from)) ?? (await sink.getFirstPacket());
    while (packet) {
      object.look();
      budget.reset();
      const samples = decoded(decoder, packet.data);
      if (samples.length > 0) {
        yield { at: Math.round((packet.timestamp - delay) * decoding.sampleRate), samples };
      } else {
        damaged += 1;
        if (damaged > maxDamaged) {
          throw unreadable('it is damaged throughout. Check that it plays, and upload it again.');
        }
      }
      packet = await sink.getNextPacket(packet);
    }
  } finally {
    decoder.free();
  }
}

/** No samples for a packet that the decoder cannot take, such as one larger than any valid packet. */
function decoded(decoder: PacketDecoder, packet: Uint8Array): Float32Array {
  try {
    return decoder.decode(packet);
  } catch (error) {
    if (error instanceof RangeError) return new Float32Array(0);
    throw error;
  }
}
