import {
  BufferSource,
  EncodedPacketSink,
  FilePathSource,
  FLAC,
  Input,
  type InputAudioTrack,
  MATROSKA,
  MP3,
  MP4,
  OGG,
  WAVE,
  WEBM,
} from 'mediabunny';
import { decodedRate } from './ffmpeg.ts';
import { type SpokenLine, type SpokenTruth, spokenTruthOf } from './truth.ts';
import { unrecognised, utterancesIn } from './utterances.ts';
import { Voices } from './voices.ts';

const formats = [WAVE, MP3, FLAC, OGG, MP4, WEBM, MATROSKA];

/** The speech in a file, as far as the stand-in recognises it. */
export interface Heard extends SpokenTruth {
  /** Seconds. */
  readonly duration: number;
}

/**
 * Reads the speech in a file: from the metadata that a fixture carries, from its 16-bit samples, or else from what a decoder makes of it.
 * @param file its bytes, or its path
 * @param language the language that the request names
 * @param decode decodes sound of any other kind, where the machine can
 * @throws Error when it is no audio
 */
export async function hear(
  file: Uint8Array | string,
  language: string,
  decode?: () => Promise<Float32Array>,
): Promise<Heard> {
  const source = typeof file === 'string' ? new FilePathSource(file) : new BufferSource(file);
  using input = new Input({ formats, source });
  if (decode && !(await input.canRead())) return decodedSpeech(language, decode);
  const track = await input.getPrimaryAudioTrack();
  if (!track) throw new Error('The media file has no audio track.');
  const duration = await track.computeDuration();
  const { comment } = await input.getMetadataTags();
  const truth = spokenTruthOf(comment);
  if (truth) return { ...truth, duration };
  if (track.codec === 'pcm-s16') return { language, lines: await linesIn(track), duration };
  return decode ? decodedSpeech(language, decode) : { language, lines: [silentLine(duration)], duration };
}

async function decodedSpeech(language: string, decode: () => Promise<Float32Array>): Promise<Heard> {
  const samples = await decode();
  const lines = utterancesIn(samples, decodedRate, new Voices());
  return { language, lines, duration: samples.length / decodedRate };
}

/** Without a decoder, one line marks all of compressed audio as unrecognised. */
const silentLine = (end: number): SpokenLine => ({ start: 0, end, speaker: 'spk_0', text: unrecognised });

async function linesIn(track: InputAudioTrack): Promise<SpokenLine[]> {
  const pieces: Float32Array[] = [];
  for await (const { data } of new EncodedPacketSink(track).packets()) {
    pieces.push(mono(data, track.numberOfChannels));
  }
  const samples = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  return utterancesIn(samples, track.sampleRate, new Voices());
}

function mono(data: Uint8Array, channels: number): Float32Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const frames = Math.floor(data.length / 2 / channels);
  return Float32Array.from({ length: frames }, (_, frame) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      sum += view.getInt16((frame * channels + channel) * 2, true);
    }
    return sum / channels / 0x8000;
  });
}
