import { mixOf, vorbisOrder } from '../decoding/mix.ts';
import { checkAudioFormat, unreadable } from '../decoding/unreadable.ts';
import { VorbisDecoder } from '../vorbis/decoder.ts';
import { packetSizes } from '../vorbis/packet-sizes.ts';
import { readHead, readSetup, type Setup } from '../vorbis/setup.ts';
import type { OggStream } from './stream.ts';

const setupType = 5;

/** @param packet first packet of the stream */
export function vorbisStream(packet: Uint8Array): OggStream {
  const head = readHead(packet);
  checkAudioFormat(head);
  let setup: Setup | undefined;
  return {
    codec: 'vorbis',
    sampleRate: head.sampleRate,
    granuleRate: head.sampleRate,
    channels: head.channels,
    preSkip: 0,
    // A block needs the one before it.
    preroll: 2 * head.blocks[1],
    isSound(one) {
      // Headers have odd types; the setup comes last, before the first sound.
      if (one[0] === setupType && !setup) setup = readSetup(one, head.channels);
      return ((one[0] ?? 1) & 1) === 0;
    },
    durations: () => packetSizes(head, setup),
    async start(channel) {
      if (!setup) throw unreadable('its Vorbis headers are damaged. Convert it again, for example to MP3.');
      return new VorbisDecoder(head, setup, mixOf(head.channels, vorbisOrder, channel));
    },
  };
}
