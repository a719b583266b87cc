import type { PacketDecoder } from '../decoding/packet-decoder.ts';
import { notReadable } from '../decoding/unreadable.ts';
import { mixed } from '../decoding/timeline.ts';

/**
 * Samples a second that Opus is decoded at. It has no rate of its own: a decoder gives what it is asked for, up to 48,000.
 * This is what speech is listened to at, and asking for it costs less than decoding more and taking it back to this.
 */
export const opusSampleRate = 16_000;

/** Places in the identification header (RFC 7845 §5.1). */
const at = { channels: 9, family: 18, streams: 19, coupled: 20, table: 21 } as const;

/**
 * A decoder of Opus packets (RFC 6716).
 * @param head identification header, which containers bring along
 * @throws DomainError `unsupported-media` for a header that cannot be
 */
export async function opusDecoder(head: Uint8Array | undefined, channels: number): Promise<PacketDecoder> {
  const { OpusDecoder } = await import('opus-decoder');
  const decoder = new OpusDecoder({ sampleRate: opusSampleRate, channels, ...mappingOf(head, channels) });
  await decoder.ready;
  return {
    decode(packet) {
      const { channelData, samplesDecoded } = decoder.decodeFrame(packet);
      return mixed(channelData, samplesDecoded);
    },
    free: () => decoder.free(),
  };
}

/** Which streams the channels are in, where there are more than two (RFC 7845 §5.1.1). */
function mappingOf(head: Uint8Array | undefined, channels: number) {
  if (!head || head[at.family] === 0 || head[at.family] === undefined) {
    if (channels > 2)
      throw notReadable(`it has ${channels} channels of Opus and does not say which is which.`);
    return {};
  }
  const streamCount = head[at.streams] ?? 0;
  const coupledStreamCount = head[at.coupled] ?? 0;
  const channelMappingTable = [...head.subarray(at.table, at.table + channels)];
  const sources = streamCount + coupledStreamCount;
  const fits = channelMappingTable.length === channels && channelMappingTable.every((one) => one < sources);
  if (streamCount < 1 || coupledStreamCount > streamCount || sources > 255 || !fits) {
    throw notReadable('its Opus header contradicts itself. Convert it again, to one or two channels.');
  }
  return { streamCount, coupledStreamCount, channelMappingTable };
}
