import { mixed } from '../decoding/timeline.ts';

/** Decodes frames of MP3, in the order of the file. */
export interface Mp3Decoder {
  /** As many samples as the frames have, or fewer where they are damaged; mixed to one channel. */
  decode(frames: Uint8Array): Float32Array;
  free(): void;
}

/** mpg123, compiled to WebAssembly. Loaded when there is MP3 to decode. */
export async function mp3Decoder(): Promise<Mp3Decoder> {
  const { MPEGDecoder } = await import('mpg123-decoder');
  // What the encoder put before and after the sound is cut off by place: the decoder may begin in the middle.
  const decoder = new MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  return {
    decode(frames) {
      const { channelData, samplesDecoded } = decoder.decode(frames);
      return mixed(channelData, samplesDecoded);
    },
    free: () => decoder.free(),
  };
}
