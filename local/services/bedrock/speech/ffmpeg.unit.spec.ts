import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFfmpeg } from './ffmpeg.ts';
import { hear } from './hear.ts';
import { unrecognised } from './utterances.ts';

const recordings = resolve(import.meta.dirname, '../../../../tests/fixtures/recordings');
const recording = (name: string) => join(recordings, name);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nova-ffmpeg-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A program of that name, which prints its last argument but one as sound, or fails. */
async function aProgram(script: string): Promise<string> {
  const path = join(folder, 'ffmpeg');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return `/nowhere${delimiter}${folder}`;
}

describe('the ffmpeg of the machine', () => {
  it('is the first on PATH, or none', async () => {
    expect(findFfmpeg(undefined)).toBeUndefined();
    expect(findFfmpeg('/nowhere')).toBeUndefined();
    expect(findFfmpeg(await aProgram('true'))).toBeDefined();
  });

  it('gives the samples that it prints', async () => {
    const decoder = findFfmpeg(await aProgram(String.raw`printf '\000\100\000\200\000'`));

    expect([...((await decoder?.decode('a.m4a')) ?? [])]).toEqual([0.5, -1]);
  });

  it('fails with its own message', async () => {
    const decoder = findFfmpeg(await aProgram('echo "a.m4a: Invalid data" >&2; exit 1'));

    await expect(decoder?.decode('a.m4a')).rejects.toThrow(
      'ffmpeg cannot decode the media file: a.m4a: Invalid data',
    );
  });
});

describe('compressed speech', () => {
  it('is unrecognised without a decoder', async () => {
    const { lines } = await hear(recording('cbr.mp3'), 'en-US');

    expect(lines).toEqual([expect.objectContaining({ start: 0, text: unrecognised })]);
  });

  const decoder = findFfmpeg(process.env.PATH);
  it.skipIf(!decoder).each(['cbr.mp3', 'live.webm', 'mulaw.wav', 'ima4.aifc', 'talk.caf'])(
    'is heard in %s (skipped without ffmpeg on PATH)',
    async (name) => {
      const path = recording(name);
      const { lines, duration } = await hear(path, 'en-US', {
        decode: decoder && (() => decoder.decode(path)),
      });

      expect(lines.map(({ text }) => text)).toEqual(['good morning all', 'hello there', 'goodbye']);
      expect(Math.abs(duration - 5.76)).toBeLessThan(0.1);
    },
  );
});
