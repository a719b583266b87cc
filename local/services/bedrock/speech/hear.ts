import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
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

export interface Hearing {
  /** Decodes sound of any other kind, where the machine can. */
  readonly decode?: ((channel?: number) => Promise<Float32Array>) | undefined;
  /** From 0; all channels, mixed, when absent. */
  readonly channel?: number;
}

/**
 * Reads the speech in a file: from the metadata that a fixture carries, from its 16-bit samples, or else from what a decoder makes of it.
 * @param file its bytes, or its path
 * @param language the language that the request names
 * @throws Error when it is no audio
 */
export async function hear(
  file: Uint8Array | string,
  language: string,
  { decode, channel }: Hearing = {},
): Promise<Heard> {
  const source = typeof file === 'string' ? new FilePathSource(file) : new BufferSource(file);
  using input = new Input({ formats, source });
  if (decode && !(await input.canRead())) return await decodedSpeech(language, await decode(channel));
  const track = await input.getPrimaryAudioTrack();
  if (!track) throw new Error('The media file has no audio track.');
  const duration = await track.computeDuration();
  const { comment } = await input.getMetadataTags();
  const truth = spokenTruthOf(comment);
  if (truth) return { ...truth, duration };
  if (track.codec === 'pcm-s16') return { language, lines: await linesIn(track, channel), duration };
  return decode
    ? decodedSpeech(language, await decode(channel))
    : { language, lines: [silentLine(duration)], duration };
}

async function decodedSpeech(language: string, samples: Float32Array): Promise<Heard> {
  const duration = samples.length / decodedRate;
  return { language, lines: await utterancesOf(samples, decodedRate), duration };
}

/** Seconds of sound that are listened to in less than a tenth of a second. */
const shortSeconds = 60;

/** The utterances in samples, which are given away: an hour takes seconds, in which nothing else would be answered. */
async function utterancesOf(samples: Float32Array, sampleRate: number): Promise<SpokenLine[]> {
  if (samples.length < shortSeconds * sampleRate) return utterancesIn(samples, sampleRate, new Voices());
  const worker = new Worker(new URL('./utterances-worker.ts', import.meta.url), {
    workerData: { samples, sampleRate },
    transferList: [samples.buffer as ArrayBuffer],
  });
  const [lines] = (await once(worker, 'message')) as [SpokenLine[]];
  return lines;
}

/** Without a decoder, one line marks all of compressed audio as unrecognised. */
const silentLine = (end: number): SpokenLine => ({ start: 0, end, speaker: 'spk_0', text: unrecognised });

async function linesIn(track: InputAudioTrack, channel: number | undefined): Promise<SpokenLine[]> {
  const pieces: Float32Array[] = [];
  for await (const { data } of new EncodedPacketSink(track).packets()) {
    pieces.push(mono(data, track.numberOfChannels, channel));
  }
  const samples = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  return utterancesOf(samples, track.sampleRate);
}

/** One channel of 16-bit samples, or their mean. */
function mono(data: Uint8Array, channels: number, channel: number | undefined): Float32Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const wanted = channel === undefined ? Array.from({ length: channels }, (_, place) => place) : [channel];
  return Float32Array.from({ length: Math.floor(data.length / 2 / channels) }, (_, frame) => {
    const sum = wanted.reduce((total, one) => total + view.getInt16((frame * channels + one) * 2, true), 0);
    return sum / wanted.length / 0x8000;
  });
}
