import type { EncodedPacket, EncodedPacketSink } from 'mediabunny';
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
    const sought = from > 0 ? await sink.getPacket(from) : null;
    let packet = sought ? await firstOfBlock(sink, sought) : await sink.getFirstPacket();
    let before = { timestamp: Number.NEGATIVE_INFINITY, end: 0 };
    while (packet) {
      object.look();
      budget.reset();
      const samples = decoded(decoder, packet.data);
      const { timestamp } = packet;
      const isLaced = timestamp === before.timestamp;
      const at = isLaced ? before.end : placeOf(timestamp, decoding.sampleRate, times);
      before = { timestamp, end: at + samples.length };
      if (samples.length > 0) {
        yield { at, samples };
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

/**
 * The first packet of a block. Matroska has several packets in a block (lacing, RFC 9559 §10.3), all with the time of the first one where the
 * track does not say how long each is.
 * @param packet of the block
 */
export async function firstOfBlock(
  sink: EncodedPacketSink,
  packet: EncodedPacket,
): Promise<EncodedPacket | null> {
  const before = await sink.getPacket(packet.timestamp - justBefore, { metadataOnly: true });
  return before ? sink.getNextPacket(before) : sink.getFirstPacket();
}

/** Seconds, shorter than any packet. */
const justBefore = 1e-6;

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
