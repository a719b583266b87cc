import type { EncodedPacketSink } from 'mediabunny';
import type { ObjectReader } from '../decoding/object-reader.ts';
import type { PacketDecoder } from '../decoding/recording.ts';
import type { TimedSamples } from '../decoding/timeline.ts';
import { unreadable } from '../decoding/unreadable.ts';
import type { ReadBudget } from './read-budget.ts';
import type { Decoding } from './track-decoding.ts';

/** Damaged packets that are skipped, at most: each leaves silence of its length. */
const maxDamaged = 1000;

/**
 * The places of packets, where a container rounds their times: packets follow each other, so each begins a whole number of packets after the
 * first.
 */
export interface PacketGrid {
  /** Start of the first packet, in seconds of the container. */
  readonly origin: number;
  /** Samples of each packet, or what all their lengths are multiples of. */
  readonly samples: number;
}

/** The times of packets, and what bounds their reading: the time of the whole file, and the bytes between two packets. */
export interface ReadLimits {
  readonly object: ObjectReader;
  readonly budget: ReadBudget;
  /** Seconds by which the container's times are late. */
  readonly delay: number;
  /** Where packets lie, of containers that round their times. */
  readonly grid: PacketGrid | undefined;
  /** Samples by which times are rounded, at most. */
  readonly slack: number;
  /** From 0; all channels, mixed, when absent. */
  readonly channel: number | undefined;
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
  { object, budget, channel, ...times }: ReadLimits,
): AsyncGenerator<TimedSamples> {
  const decoder = await decoding.start(channel);
  let damaged = 0;
  try {
    // The first packets may be before the start of the recording: the decoder needs them all the same.
    let packet = (from > 0 ? await sink.getPacket(from) : null) ?? (await sink.getFirstPacket());
    while (packet) {
      object.look();
      budget.reset();
      const samples = decoded(decoder, packet.data);
      if (samples.length > 0) {
        yield { at: placeOf(packet.timestamp, decoding.sampleRate, times), samples };
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

/** Number of a packet's first sample. */
function placeOf(
  timestamp: number,
  sampleRate: number,
  { delay, grid, slack }: Omit<ReadLimits, 'object' | 'budget' | 'channel'>,
): number {
  const at = Math.round((timestamp - delay) * sampleRate);
  if (!grid) return at;
  const origin = Math.round((grid.origin - delay) * sampleRate);
  const onGrid = origin + Math.round((at - origin) / grid.samples) * grid.samples;
  // A recorder may leave something out: then packets lie beside the grid.
  return Math.abs(onGrid - at) <= slack ? onGrid : at;
}

/** No samples for a packet that the decoder cannot take, such as one larger than any valid packet. */
export function decoded(decoder: PacketDecoder, packet: Uint8Array): Float32Array {
  try {
    return decoder.decode(packet);
  } catch (error) {
    if (error instanceof RangeError) return new Float32Array(0);
    throw error;
  }
}
