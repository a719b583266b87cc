import { MPEGDecoder } from 'mpg123-decoder';
import { mixed } from '../mix.ts';
import type { PacketDecoder } from './decoder.ts';

/** Layer III by mpg123. Every frame gives all its samples; what it cannot make sense of, as damage, is silent. */
export async function mp3Decoder(): Promise<PacketDecoder> {
  const decoder = new MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  return {
    decode: (frame) => mixed(decoder.decodeFrame(frame).channelData),
    free: () => decoder.free(),
  };
}
