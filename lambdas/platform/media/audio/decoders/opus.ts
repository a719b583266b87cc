import { OpusDecoder } from 'opus-decoder';
import { mixed } from '../mix.ts';
import type { PacketDecoder } from './decoder.ts';

/** Samples a second that Opus is decoded to: it can do any of its rates itself, and this is what speech models take. */
export const opusSampleRate = 16_000;

/**
 * Opus by libopus.
 * @param head the stream's identification header, or as much of it as MP4 keeps. Source: RFC 7845 §5.1
 */
export async function opusDecoder(head: Uint8Array, channels: number): Promise<PacketDecoder> {
  const decoder = new OpusDecoder({ sampleRate: opusSampleRate, preSkip: 0, ...mappingOf(head, channels) });
  await decoder.ready;
  return {
    decode: (packet) => mixed(decoder.decodeFrame(packet).channelData),
    free: () => decoder.free(),
  };
}

function mappingOf(head: Uint8Array, channels: number) {
  const familyAt = 18;
  if (channels <= 2 || head.length < familyAt + 3 + channels) {
    const coupled = channels === 2 ? 1 : 0;
    const channelMappingTable = channels === 2 ? [0, 1] : [0];
    return {
      channels: channelMappingTable.length,
      streamCount: 1,
      coupledStreamCount: coupled,
      channelMappingTable,
    };
  }
  const [streamCount = 1, coupledStreamCount = 0, ...table] = head.subarray(
    familyAt + 1,
    familyAt + 3 + channels,
  );
  return { channels, streamCount, coupledStreamCount, channelMappingTable: table };
}
