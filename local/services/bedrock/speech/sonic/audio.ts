import { invalid } from '../../errors.ts';

/** Letters of other base64 alphabets, which Node decodes as well. */
const otherAlphabets = /[-_]/;
const bytesPerSample = 2;

/** Collects the audio of one content: 16-bit little-endian samples, base64. */
export class AudioBuffer {
  readonly sampleRate: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate;
  }

  get seconds(): number {
    return this.#bytes / bytesPerSample / this.sampleRate;
  }

  /** @throws AwsError `ValidationException` when it is not base64 of whole samples */
  add(content: string): void {
    const chunk = Buffer.from(content, 'base64');
    if (!isBase64(content, chunk) || chunk.length % bytesPerSample !== 0) {
      throw invalid('audioInput: content must be base64 of whole 16-bit samples');
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** Samples from -1 to 1. */
  samples(): Float32Array {
    const bytes = Buffer.concat(this.#chunks);
    const samples = new Float32Array(bytes.length / bytesPerSample);
    for (let at = 0; at < samples.length; at += 1) {
      samples[at] = bytes.readInt16LE(at * bytesPerSample) / 0x8000;
    }
    return samples;
  }
}

/** Node skips other characters than those of base64, so that fewer bytes come out than the characters stand for. */
function isBase64(content: string, decoded: Buffer): boolean {
  const padding = /={0,2}$/.exec(content.slice(-2))?.[0].length ?? 0;
  const characters = content.length - padding;
  const bytes = Math.floor((characters * 3) / 4);
  return characters % 4 !== 1 && decoded.length === bytes && !otherAlphabets.test(content);
}
