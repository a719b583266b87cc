import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Milliseconds and bytes that it may take. */
const limitsOfOther = { timeout: 300_000, maxBuffer: 2 ** 31 - 1 };

/**
 * The first sound of a file as `ffmpeg` decodes it.
 * @param channels of the file
 * @param rate samples a second
 * @param seconds to decode, at most
 * @returns each channel; undefined where ffmpeg is not installed, or decodes nothing
 */
export async function decodedByFfmpeg(
  path: string,
  { channels, rate, seconds }: { readonly channels: number; readonly rate: number; readonly seconds: number },
): Promise<readonly Float32Array[] | undefined> {
  const from = ['-nostdin', '-v', 'error', '-protocol_whitelist', 'file,pipe', '-i', path, '-map', '0:a:0'];
  const to = ['-t', String(seconds), '-ar', String(rate), '-ac', String(channels), '-f', 'f32le', 'pipe:1'];
  try {
    const { stdout } = await run('ffmpeg', [...from, ...to], { ...limitsOfOther, encoding: 'buffer' });
    const samples = Math.floor(stdout.length / 4 / channels);
    if (samples === 0) return undefined;
    return Array.from({ length: channels }, (_, channel) =>
      Float32Array.from({ length: samples }, (_, at) => stdout.readFloatLE(4 * (at * channels + channel))),
    );
  } catch {
    return undefined;
  }
}
