import {
  BufferSource,
  EncodedPacketSink,
  FilePathSource,
  FLAC,
  Input,
  type InputAudioTrack,
  MP3,
  MP4,
  OGG,
  WAVE,
} from 'mediabunny';
import { type SpokenLine, type SpokenTruth, spokenTruthOf } from './truth.ts';
import { unrecognised, utterancesIn } from './utterances.ts';
import { Voices } from './voices.ts';

const formats = [WAVE, MP3, FLAC, OGG, MP4];

/** The speech in a file, as far as the stand-in recognises it. */
export interface Heard extends SpokenTruth {
  /** Seconds. */
  readonly duration: number;
}

/**
 * Reads the speech in a file: from its 16-bit samples, or from the metadata that a fixture carries.
 * @param file its bytes, or its path
 * @param language the language that the request names
 * @throws Error when it is no audio
 */
export async function hear(file: Uint8Array | string, language: string): Promise<Heard> {
  const source = typeof file === 'string' ? new FilePathSource(file) : new BufferSource(file);
  using input = new Input({ formats, source });
  const track = await input.getPrimaryAudioTrack();
  if (!track) throw new Error('The media file has no audio track.');
  const duration = await track.computeDuration();
  const { comment } = await input.getMetadataTags();
  const truth = spokenTruthOf(comment);
  if (truth) return { ...truth, duration };
  const lines = track.codec === 'pcm-s16' ? await linesIn(track) : [silentLine(duration)];
  return { language, lines, duration };
}

/** Compressed audio is not decoded: one line marks all of it as unrecognised. */
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
