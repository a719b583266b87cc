import { mixOf } from '../decoding/mix.ts';
import { checkAudioFormat, unreadable } from '../decoding/unreadable.ts';
import { opusDecoder, opusOrder, opusSampleRate } from '../opus/decoder.ts';
import { opusDuration, opusUnits } from '../opus/packet.ts';
import type { OggStream } from './stream.ts';

/** Bytes and offsets of the identification header (RFC 7845 §5.1). */
const headBytes = 19;
const at = { version: 8, channels: 9, preSkip: 10 } as const;
/**
 * RFC 7845 §4.6 asks for at least 80 ms before a time, after which some places still differ by 2 % of full scale.
 */
const prerollSeconds = 0.24;

/** @param head first packet of the stream */
export function opusStream(head: Uint8Array): OggStream {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < headBytes || view.getUint8(at.version) >> 4 !== 0) {
    throw unreadable('its Opus header is cut short, or of a version that does not exist. Convert it again.');
  }
  const channels = view.getUint8(at.channels);
  checkAudioFormat({ sampleRate: opusSampleRate, channels });
  return {
    codec: 'opus',
    sampleRate: opusSampleRate,
    granuleRate: opusUnits,
    channels,
    preSkip: view.getUint16(at.preSkip, true),
    preroll: prerollSeconds * opusUnits,
    isSound: (packet) => !isTags(packet),
    durations: () => opusDuration,
    start: (channel) => opusDecoder(head, channels, mixOf(channels, opusOrder(head), channel)),
  };
}

const isTags = (packet: Uint8Array) => Buffer.from(packet.subarray(0, 8)).toString('latin1') === 'OpusTags';
