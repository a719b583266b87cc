import type { EncodedPacket, EncodedPacketSink, InputAudioTrack } from 'mediabunny';
import { isPcm, sampleBytes } from '../decoding/pcm.ts';
import { truncated, unreadable } from '../decoding/unreadable.ts';
import { decoded, firstOfBlock, type PacketGrid } from './packets.ts';
import { type Decoding, type TrackFormat, trackDecoding } from './track-decoding.ts';

/** Seconds a packet can last, at most: those of every compressed codec are far shorter. */
const maxPacketSeconds = 2;
/** Bytes of a packet of PCM, at most: MP4 has all samples of a chunk in one, and the whole chunk is held. */
const maxPcmBytes = 32 * 1024 * 1024;
/** Bytes that a second of sound takes at least, in any codec, its table entries included. */
const minSecondBytes = 20;

/** The times of a track, in seconds of its container. */
export interface TrackTimes {
  /** End of the last packet. */
  readonly end: number;
  readonly grid: PacketGrid | undefined;
}

/**
 * The times of a track, whose last packet must be complete and of a plausible length.
 * @param rounded whether the container rounds its times, and may not say how long the last packet is (Matroska)
 * @param bytes size of the file
 * @throws DomainError `unsupported-media` when the file holds less than its header says
 */
export async function trackTimes(
  track: InputAudioTrack,
  sink: EncodedPacketSink,
  format: TrackFormat,
  { rounded, bytes }: { readonly rounded: boolean; readonly bytes: number },
): Promise<TrackTimes> {
  const seconds = await track.computeDuration();
  const last = await sink.getPacket(seconds);
  if (!last || last.data.length < last.byteLength) {
    if (seconds > 0) throw truncated('its last packet is missing');
    throw unreadable('it has no sound. Check that it plays, and upload it again.');
  }
  const first = await sink.getFirstPacket();
  const decoding = rounded ? trackDecoding(format) : undefined;
  const end = decoding
    ? Math.max(seconds, last.timestamp + (await blockLength(sink, last, decoding)) / decoding.sampleRate)
    : seconds;
  // Not even the output of the decoder before the sound is over.
  if (!(end > format.delay)) throw unreadable('it has no sound. Check that it plays, and upload it again.');
  const isTooLong = [first, last].some((packet) => packet && !isPlausible(packet, format));
  if (isTooLong || end * minSecondBytes > bytes) {
    throw truncated(`its header says ${end.toFixed(1)} seconds of audio, and the file holds ${bytes} bytes`);
  }
  const samples = decoding && first ? (decoding.gridSamples ?? (await lengthOf(first, decoding))) : 0;
  return { end, grid: samples > 0 && first ? { origin: first.timestamp, samples } : undefined };
}

/** Samples of all packets of a block. @param last one of it */
async function blockLength(
  sink: EncodedPacketSink,
  last: EncodedPacket,
  decoding: Decoding,
): Promise<number> {
  let samples = 0;
  let packet = await firstOfBlock(sink, last);
  while (packet && packet.timestamp <= last.timestamp) {
    samples += await lengthOf(packet, decoding);
    packet = await sink.getNextPacket(packet);
  }
  return samples;
}

/** Samples of a packet after another one of its kind: Vorbis gives none for the first. */
async function lengthOf(packet: EncodedPacket, decoding: Decoding): Promise<number> {
  const decoder = await decoding.start(undefined);
  try {
    return decoded(decoder, packet.data).length || decoded(decoder, packet.data).length;
  } finally {
    decoder.free();
  }
}

function isPlausible({ duration, byteLength }: EncodedPacket, format: TrackFormat): boolean {
  if (!isPcm(format.codec)) return duration <= maxPacketSeconds;
  const secondBytes = format.sampleRate * format.channels * sampleBytes(format.codec);
  return byteLength <= maxPcmBytes && duration <= maxPacketSeconds + byteLength / secondBytes;
}
