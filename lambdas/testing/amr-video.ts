import { BufferTarget, EncodedAudioPacketSource, EncodedPacket, Mp4OutputFormat, Output } from 'mediabunny';

/**
 * An MP4 file whose packets are AMR: one of AAC, whose codec gets another name.
 * @param name of the codec in the file: `samr`, or `sawb` for wide-band
 * @param data of each packet: frames of AMR
 * @param times of the packets, in seconds
 */
export async function amrVideo(
  name: string,
  sampleRate: number,
  data: Buffer,
  times: readonly number[],
): Promise<Buffer> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: false }), target });
  const source = new EncodedAudioPacketSource('aac');
  output.addAudioTrack(source);
  await output.start();
  const description = Uint8Array.of(0x15, 0x88);
  const decoderConfig = { codec: 'mp4a.40.2', sampleRate, numberOfChannels: 1, description };
  for (const time of times) await source.add(new EncodedPacket(data, 'key', time, 0.04), { decoderConfig });
  await output.finalize();
  const file = Buffer.from(target.buffer ?? new ArrayBuffer(0));
  file.write(name, file.indexOf('mp4a', file.indexOf('stsd')), 'latin1');
  return file;
}
