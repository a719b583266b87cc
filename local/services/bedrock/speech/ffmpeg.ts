import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';

/** A program that decodes any sound. */
export interface SoundDecoder {
  /**
   * @param path of the file
   * @param channel from 0; all channels, mixed, when absent
   * @returns samples at {@link decodedRate}, from -1 to 1
   * @throws Error with the program's own message for a file that it cannot decode
   */
  decode(path: string, channel?: number): Promise<Float32Array>;
}

/** Samples a second. */
export const decodedRate = 16_000;

/** The program's arguments around the file: it reads that file only, and nothing that the file names. */
const before = ['-nostdin', '-v', 'error', '-protocol_whitelist', 'file,pipe', '-i'];
const after = ['-vn', '-ar', String(decodedRate), '-f', 's16le', 'pipe:1'];

/**
 * The machine's own `ffmpeg`, where there is one: AAC has no decoder whose licence the platform could ship. It runs for each file.
 * @param searched the folders of `PATH`
 */
export function findFfmpeg(searched: string | undefined): SoundDecoder | undefined {
  const program = (searched ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'ffmpeg'))
    .find(isProgram);
  if (!program) return undefined;
  return {
    async decode(path, channel) {
      const mix = channel === undefined ? ['-ac', '1'] : ['-af', `pan=mono|c0=c${channel}`];
      const child = spawn(program, [...before, path, ...mix, ...after], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ended = new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
      });
      const [code, pcm, message] = await Promise.all([ended, buffer(child.stdout), text(child.stderr)]);
      if (code !== 0) throw new Error(`ffmpeg cannot decode the media file: ${message.trim()}`);
      const samples = new Float32Array(Math.floor(pcm.length / 2));
      for (let at = 0; at < samples.length; at += 1) samples[at] = pcm.readInt16LE(2 * at) / 0x8000;
      return samples;
    },
  };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
