import { type ChannelOrder, discreteOrder, type Mix, mixed, vorbisOrder } from '../decoding/mix.ts';
import type { PacketDecoder } from '../decoding/recording.ts';
import { unreadable } from '../decoding/unreadable.ts';

/**
 * Samples per second at which Opus is decoded. It has no rate: a decoder produces any rate up to 48,000. Speech models
 * accept this one, and decoding at it costs less than decoding at a higher rate and resampling.
 */
export const opusSampleRate = 16_000;

/** The source of a channel without sound. */
const silent = 255;
/** Offsets in the identification header (RFC 7845 §5.1). */
const at = { gain: 16, family: 18, streams: 19, coupled: 20, table: 21 } as const;
const headBytes = 19;

/**
 * A decoder of Opus packets (RFC 6716).
 * @param head identification header, as the container holds it
 * @throws DomainError `unsupported-media` for a header that contradicts itself
 */
export async function opusDecoder(
  head: Uint8Array | undefined,
  channels: number,
  mix: Mix,
): Promise<PacketDecoder> {
  const { OpusDecoder } = await import('opus-decoder');
  const decoder = new OpusDecoder({
    sampleRate: opusSampleRate,
    channels,
    ...channelMapping(head, channels),
  });
  await decoder.ready;
  const gain = outputGain(head);
  return {
    decode(packet) {
      const { channelData, samplesDecoded } = decoder.decodeFrame(packet);
      const samples = mixed(channelData, samplesDecoded, mix);
      if (gain !== 1)
        for (let place = 0; place < samples.length; place += 1) samples[place] = (samples[place] ?? 0) * gain;
      return samples;
    },
    free: () => decoder.free(),
  };
}

/** The factor that the header says to multiply samples by: decibels, in 256 parts (RFC 7845 §5.1). */
function outputGain(head: Uint8Array | undefined): number {
  if (!head || head.length < headBytes) return 1;
  const gain = new DataView(head.buffer, head.byteOffset).getInt16(at.gain, true);
  return 10 ** (gain / 256 / 20);
}

/**
 * The order of the channels. Only family 1 has places; in families 2 and 3 (RFC 8486) the first channel is the sound from everywhere, and
 * channels beyond a square number are for the left and the right ear.
 */
export function opusOrder(head: Uint8Array | undefined): ChannelOrder {
  const family = head?.[at.family] ?? 0;
  if (family <= 1) return vorbisOrder;
  if (family > 3) return discreteOrder;
  return (channels) => {
    const ambisonic = Math.floor(Math.sqrt(channels)) ** 2;
    return Array.from({ length: channels }, (_, channel) =>
      channel === 0 || channel >= ambisonic ? 'discrete' : 'low',
    );
  };
}

/** The mapping of streams to channels, where there are more than two (RFC 7845 §5.1.1). */
function channelMapping(head: Uint8Array | undefined, channels: number) {
  if (!head || head[at.family] === 0 || head[at.family] === undefined) {
    if (channels > 2)
      throw unreadable(
        `it has ${channels} channels of Opus and no channel mapping. Convert it to one or two channels.`,
      );
    return {};
  }
  const streamCount = head[at.streams] ?? 0;
  const coupledStreamCount = head[at.coupled] ?? 0;
  const channelMappingTable = [...head.subarray(at.table, at.table + channels)];
  const sources = streamCount + coupledStreamCount;
  const fits =
    channelMappingTable.length === channels &&
    channelMappingTable.every((one) => one < sources || one === silent);
  if (streamCount < 1 || coupledStreamCount > streamCount || sources > 255 || !fits) {
    throw unreadable('its Opus header contradicts itself. Convert it again, to one or two channels.');
  }
  return { streamCount, coupledStreamCount, channelMappingTable };
}
