import { countFrames, isUnclear, levelOf, minSpeechLevel, speechThreshold } from './levels.ts';
import { spectrumChanges } from './spectral-change.ts';

/** Some samples, and their level. */
interface Frame {
  readonly samples: Float32Array;
  readonly level: number;
}

export interface JudgedFrame extends Frame {
  readonly isSpeech: boolean;
}

/** Frames are judged in blocks of this length, against the levels of the block and of the seconds before it. */
export const blockSeconds = 5;
const rememberedFrames = countFrames(15);
/** Frames before a block, so that a change of the spectrum at its start is seen. */
const framesBefore = countFrames(1);

/**
 * Finds frames of speech: by their level above the noise of the recording, and where the levels hardly vary, by changes of the spectrum.
 * It rather takes music for speech than loses words: the speech model then finds none in it.
 */
export class SpeechDetector {
  readonly #sampleRate: number;
  readonly #levels: number[] = [];
  #before: readonly Frame[] = [];

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** @param block the frames after those of the call before */
  judge(block: readonly Frame[]): JudgedFrame[] {
    this.#levels.push(...block.map(({ level }) => level));
    const threshold = speechThreshold(this.#levels);
    const changes = isUnclear(this.#levels) ? this.#changes(block, threshold) : undefined;
    this.#levels.splice(0, this.#levels.length - rememberedFrames);
    this.#before = block.slice(-framesBefore);
    return block.map((frame, place) => {
      const isSpeech =
        frame.level >= threshold || (frame.level >= minSpeechLevel && changes?.[place] === true);
      return { ...frame, isSpeech };
    });
  }

  /** Frames of the block around which the spectrum changes, if there is a frame whose level does not tell. */
  #changes(block: readonly Frame[], threshold: number): boolean[] | undefined {
    if (!block.some(({ level }) => level >= minSpeechLevel && level < threshold)) return undefined;
    const frames = [...this.#before, ...block].map(({ samples }) => samples);
    return spectrumChanges(frames, this.#sampleRate).slice(this.#before.length);
  }
}

/** The frames of a block, which share its memory; an incomplete last frame is padded with silence. */
export function framesOf(block: Float32Array, size: number): Frame[] {
  return Array.from({ length: Math.ceil(block.length / size) }, (_, place) => {
    const part = block.subarray(place * size, (place + 1) * size);
    const samples = part.length < size ? Float32Array.from({ length: size }, (_, at) => part[at] ?? 0) : part;
    return { samples, level: levelOf(samples) };
  });
}
