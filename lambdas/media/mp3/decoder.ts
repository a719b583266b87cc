import { type Mix, mixed } from '../decoding/mix.ts';
import type { PacketDecoder } from '../decoding/recording.ts';

/** A decoder of MP3 frames: mpg123, compiled to WebAssembly. Loaded when there is MP3 to decode. */
export async function mp3Decoder(mix: Mix): Promise<PacketDecoder> {
  const { MPEGDecoder } = await import('mpg123-decoder');
  // The encoder's delay and padding are cut off by time, because decoding may begin in the middle of the file.
  const decoder = new MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  return {
    decode(frames) {
      const { channelData, samplesDecoded } = decoder.decode(frames);
      return mixed(channelData, samplesDecoded, mix);
    },
    free: () => decoder.free(),
  };
}
