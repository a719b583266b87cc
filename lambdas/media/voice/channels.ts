import { levelOf, minSpeechLevel } from './levels.ts';

/** A recording with its channels. */
export interface ChannelAudio {
  readonly seconds: number;
  readonly sampleRate: number;
  readonly channels: number;
  /**
   * The sound from a second to the end: from -1 to 1.
   * @param channel from 0; all channels mixed when absent
   */
  samples(from: number, channel?: number): AsyncIterable<Float32Array>;
}

/** Stretches of the recording that are compared, at most, and the seconds of each. */
const maxStretches = 10;
const stretchSeconds = 10;
/** Seconds that are compared at once: the length of a word. */
const windowSeconds = 0.5;
/** Decibels by which the person on a channel is louder there than on the other. */
const apart = 12;
/** Channels whose best correlation is higher hold the same sound. Two microphones of one room hear it up to ten milliseconds apart. */
const same = 0.5;
const delaySeconds = 0.01;
/** Samples a second at which sounds are correlated: voices have most of their power below half of it. */
const correlatedRate = 4000;
/** Decibels below the loudest speech in which a window is speech too, and not the noise of a line. */
const range = 25;
/** Least share of the windows with different sounds, and of those with speech on either channel. */
const mostly = 0.8;
const some = 0.02;

/**
 * Whether two channels hold different people, as a recording of a call does, and not one room, as a stereo microphone does: in most of the
 * windows with speech, one channel is much louder, or both have sounds of their own. Each must have some. Stretches from all over the recording are
 * compared.
 */
export async function hasPeopleApart(audio: ChannelAudio): Promise<boolean> {
  if (audio.channels !== 2) return false;
  const windows: Window[] = [];
  for (const from of stretches(audio.seconds)) {
    const length = Math.round(Math.min(stretchSeconds, audio.seconds - from) * audio.sampleRate);
    const left = await firstSamples(audio.samples(from, 0), length);
    const right = await firstSamples(audio.samples(from, 1), length);
    windows.push(...compare(left, right, audio.sampleRate));
  }
  const loudest = windows.reduce((most, { level }) => Math.max(most, level), -Infinity);
  const spoken = windows.filter(({ level }) => level >= Math.max(minSpeechLevel, loudest - range));
  const share = (...kinds: Window['kind'][]) =>
    spoken.filter(({ kind }) => kinds.includes(kind)).length / spoken.length;
  return share('same') < 1 - mostly && share('left', 'both') > some && share('right', 'both') > some;
}

/** Starts of the stretches in seconds, from the first to the last. */
function stretches(seconds: number): number[] {
  const count = Math.min(maxStretches, Math.ceil(seconds / stretchSeconds));
  const step = count > 1 ? (seconds - stretchSeconds) / (count - 1) : 0;
  return Array.from({ length: count }, (_, place) => place * step);
}

async function firstSamples(pieces: AsyncIterable<Float32Array>, length: number): Promise<Float32Array> {
  const samples = new Float32Array(length);
  let filled = 0;
  for await (const piece of pieces) {
    samples.set(piece.subarray(0, length - filled), filled);
    filled += piece.length;
    if (filled >= length) break;
  }
  return samples;
}

/** Part of a recording. */
interface Window {
  /** Of the louder channel, in decibels. */
  readonly level: number;
  /** Louder on one channel, different sounds on both, or the same. */
  readonly kind: 'left' | 'right' | 'both' | 'same';
}

function* compare(left: Float32Array, right: Float32Array, sampleRate: number): Generator<Window> {
  const size = Math.round(windowSeconds * sampleRate);
  for (let at = 0; at + size <= left.length; at += size) {
    const [a, b] = [left.subarray(at, at + size), right.subarray(at, at + size)];
    const [inLeft, inRight] = [levelOf(a), levelOf(b)];
    const level = Math.max(inLeft, inRight);
    if (level < minSpeechLevel) continue;
    if (Math.abs(inLeft - inRight) >= apart) yield { level, kind: inLeft > inRight ? 'left' : 'right' };
    else yield { level, kind: correlation(a, b, sampleRate) > same ? 'same' : 'both' };
  }
}

/** The highest correlation of two sounds, of which either may be late; also where one is the other upside down. */
function correlation(left: Float32Array, right: Float32Array, sampleRate: number): number {
  const [a, b] = [coarse(left, sampleRate), coarse(right, sampleRate)];
  const most = Math.round(delaySeconds * correlatedRate);
  const power = (samples: Float32Array) => samples.reduce((sum, sample) => sum + sample ** 2, 0);
  const scale = Math.sqrt(power(a) * power(b));
  let best = 0;
  for (let late = -most; late <= most; late += 1) {
    let sum = 0;
    for (let at = Math.max(0, late); at < Math.min(a.length, a.length + late); at += 1) {
      sum += (a[at] ?? 0) * (b[at - late] ?? 0);
    }
    best = Math.max(best, Math.abs(sum));
  }
  return scale > 0 ? best / scale : 0;
}

/** Means of neighbouring samples, about {@link correlatedRate} a second, without their own mean. */
function coarse(samples: Float32Array, sampleRate: number): Float32Array {
  const width = Math.max(1, Math.round(sampleRate / correlatedRate));
  const means = Float32Array.from({ length: Math.floor(samples.length / width) }, (_, place) => {
    const part = samples.subarray(place * width, (place + 1) * width);
    return part.reduce((sum, sample) => sum + sample, 0) / width;
  });
  const mean = means.reduce((sum, sample) => sum + sample, 0) / means.length;
  return means.map((sample) => sample - mean);
}
