import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Pictures,
  type Read,
  type Refusal,
  readAsProduct,
  type Sound,
} from '../corpus/recordings/read-recording.ts';
import { differences } from '../corpus/recordings/report.ts';
import { isDebian12 } from './installed.ts';
import { type Encoded, encoded, missing, originalSeconds, write, writeOriginal } from './recordings.ts';

/** Recordings and videos of the programs that people use are heard as ffmpeg hears them. The table of docs/recordings.md is made here. */

const hasAll = isDebian12() && encoded.every((file) => missing(file).length === 0);
/** Seconds by which an encoder lengthens a file: to whole frames, by its own delay, and by two pictures that wait for later ones. */
const added = 0.25;

let folder: string;
let from: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nova-recordings-'));
  from = await writeOriginal(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const lines = new Map<Encoded, string>();

/** The line of the table about a file. */
function lineOf({ container, codec, program, hasPictures }: Encoded, { sound, pictures }: Read): string {
  const shown = hasPictures && pictures ? toldPictures(pictures) : '';
  return `| ${[container, codec, program, toldSound(sound), shown].join(' | ')} |`;
}

const toldSound = (sound: Sound | Refusal) => {
  if ('refusal' in sound) return `refused: ${told(sound)}`;
  return sound.decoded ? 'heard' : 'heard, decoded by Amazon Transcribe';
};
const toldPictures = (pictures: Pictures | Refusal) =>
  'refusal' in pictures ? `refused: ${told(pictures)}` : 'watched';
/** Each sentence lists the readable formats, which are the table itself. */
const told = ({ refusal }: Refusal) => refusal.replace(/ ?Readable formats are [^.]*\./, '');

describe.each(encoded)('$codec in $container by $program', (file) => {
  it(`is heard (takes ${file.program})`, async ({ skip }) => {
    const lacking = missing(file);
    if (lacking.length > 0) skip(`not installed: ${lacking.join(', ')}`);
    const own = await mkdtemp(join(folder, 'file-'));

    const read = await readAsProduct(await write(file, from, own));

    lines.set(file, lineOf(file, read));
    const { sound, pictures } = read;
    for (const use of [sound, pictures]) {
      if (!use) continue;
      if ('refusal' in use) expect(use.refusal).toMatch(/[Cc]onvert|[Uu]pload|Put it/);
      else expect(Math.abs(use.seconds - originalSeconds)).toBeLessThan(added);
    }
    if ('decoded' in sound && sound.decoded) {
      expect(sound.decoded.compared).toBeDefined();
      expect(differences(sound.decoded)).toEqual([]);
    }
  });
});

it('docs/recordings.md has what was found', async ({ skip }) => {
  if (!hasAll) skip('the table is made with the programs of Debian 12');
  const head = [
    '# Recordings and videos by container and codec',
    '',
    'For people who wonder what becomes of a recording from their own program. A test makes three seconds with each program of Debian 12, hears',
    'them as the platform does, and compares each channel with what `ffmpeg` decodes (`tests/encoders`); this page is what it found, and changes',
    'only with it (`vitest run --project encoders -u`). [media.md](media.md#transcription) says how recordings are heard, and',
    '`make corpus DIR=recordings` does the same with your own.',
    '',
    '| container | codec | written by | sound | pictures |',
    '| --- | --- | --- | --- | --- |',
  ];
  const table = encoded.map((file) => lines.get(file));
  await expect(`${[...head, ...table].join('\n')}\n`).toMatchFileSnapshot('../../docs/recordings.md');
});
