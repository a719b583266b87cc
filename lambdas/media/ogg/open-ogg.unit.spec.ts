import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { oggPages, signedPage, withSerial } from '../../testing/ogg-file.ts';
import { fixture, opened, refusal } from '../../testing/recordings.ts';

const talk = fixture('talk.opus');
const short = fixture('short-frames.opus');
const flac = fixture('flac.ogg');
const vorbis = fixture('vorbis.ogg');

const open = (file: Uint8Array) => opened(file, 'audio/ogg').then(({ recording }) => recording);
async function heard(file: Uint8Array): Promise<Float32Array> {
  return collected((await open(file)).samples(0));
}
const worst = (one: Float32Array, other: Float32Array) =>
  one.reduce((most, sample, at) => Math.max(most, Math.abs(sample - (other[at] ?? 0))), 0);

/** A copy of a file with another header. */
function withHead(file: Buffer, change: (head: Buffer) => void): Buffer {
  const [head = Buffer.alloc(0), ...rest] = oggPages(file);
  change(head);
  return Buffer.concat([signedPage(head), ...rest]);
}
const headAt = talk.indexOf('OpusHead');

describe('Opus in Ogg', () => {
  it('begins after the samples that the header says to skip', async () => {
    const skip = talk.readUInt16LE(headAt + 10);
    const whole = await heard(talk);
    const later = await heard(withHead(talk, (head) => head.writeUInt16LE(skip + 4800, headAt + 10)));

    expect(later.length).toBe(whole.length - 1600);
    expect(worst(later, whole.subarray(1600))).toBe(0);
  });

  it.each([-6, 3])('is as loud as the header says: %i dB', async (decibels) => {
    const whole = await heard(talk);
    const other = await heard(withHead(talk, (head) => head.writeInt16LE(decibels * 256, headAt + 16)));

    const factor = 10 ** (decibels / 20);
    expect(
      worst(
        other,
        whole.map((sample) => Math.max(-1, Math.min(1, sample * factor))),
      ),
    ).toBeLessThan(1e-6);
  });

  it('has the same samples at each time, from any time on', async () => {
    for (const file of [talk, short]) {
      const recording = await open(file);
      const whole = await collected(recording.samples(0));
      expect(whole.length).toBe(Math.round(recording.seconds * recording.sampleRate));
      await fc.assert(
        fc.asyncProperty(fc.double({ min: 0, max: recording.seconds, noNaN: true }), async (from) => {
          const part = await collected(recording.samples(from));
          const rest = whole.subarray(Math.round(from * recording.sampleRate));
          expect(part.length).toBe(rest.length);
          expect(worst(part, rest)).toBeLessThan(0.01);
        }),
        { numRuns: 25, examples: [[0.001], [0.01], [0.079], [0.0865]] },
      );
    }
  });

  it('ends where its last page says', async () => {
    const pages = oggPages(talk);
    const last = pages.at(-1) ?? Buffer.alloc(0);
    last.writeBigUInt64LE(last.readBigUInt64LE(6) - 240n, 6);
    const file = Buffer.concat([...pages.slice(0, -1), signedPage(last)]);

    expect((await heard(file)).length).toBe((await heard(talk)).length - 80);
  });

  it('leaves silence where a page is damaged, and has the rest at its time', async () => {
    const pages = oggPages(talk);
    pages[4]?.fill(0, 40, 60);
    const [whole, some] = [await heard(talk), await heard(Buffer.concat(pages))];

    expect(some.length).toBe(whole.length);
    expect(worst(some.subarray(-8000), whole.subarray(-8000))).toBeLessThan(0.01);
    expect(some.filter((sample, at) => Math.abs(sample - (whole[at] ?? 0)) > 0.01).length).toBeLessThan(
      24_000,
    );
  });
});

describe('recordings one after the other in Ogg', () => {
  it.each([
    ['Opus and Opus of other frames and channels', [talk, short]],
    ['a copy, whose stream has the same number', [talk, talk]],
    ['many copies', Array<Buffer>(9).fill(talk)],
    ['Opus and FLAC', [talk, flac, short]],
    ['FLAC and Opus', [flac, withSerial(talk, 7)]],
    ['Vorbis, a copy and Opus', [vorbis, vorbis, talk]],
  ])('are all heard: %s', async (_, files) => {
    const recordings = await Promise.all(files.map(open));
    const joined = await open(Buffer.concat(files));
    expect(joined.seconds).toBeCloseTo(
      recordings.reduce((sum, { seconds }) => sum + seconds, 0),
      6,
    );

    const whole = await collected(joined.samples(0));
    expect(whole.length).toBe(Math.round(joined.seconds * joined.sampleRate));
    let at = 0;
    for (const recording of recordings) {
      if (recording.sampleRate === joined.sampleRate) {
        const part = await collected(recording.samples(0));
        expect(worst(part, whole.subarray(Math.round(at * joined.sampleRate)))).toBeLessThan(0.001);
      }
      at += recording.seconds;
    }
    for (const from of [0.05, 0.3, 0.77, 0.96].map((share) => share * joined.seconds)) {
      const part = await collected(joined.samples(from));
      const rest = whole.subarray(Math.round(from * joined.sampleRate));
      expect(part.length).toBe(rest.length);
      expect(worst(part, rest)).toBeLessThan(0.01);
    }
  });

  it('are found in a large file, of which little is read', async () => {
    const file = Buffer.concat([talk, manyPages(talk, 20_000), talk]);
    const { recording, read } = await opened(file, 'audio/ogg');

    expect(recording.seconds).toBeGreaterThan(20_000);
    expect(read.bytes).toBeLessThan(file.length / 2);
  });

  it('are refused when there are too many of them, or one cannot be decoded', async () => {
    const speex = fixture('speex.ogg');
    expect(await refusal(open(Buffer.concat(Array<Buffer>(501).fill(oneSecond))))).toContain(
      'more than 500 recordings',
    );
    expect(await refusal(open(Buffer.concat([talk, speex])))).toContain(
      'its audio is Speex, which cannot be decoded',
    );
  });
});

/** The first pages of the talk. */
const oneSecond = Buffer.concat(oggPages(talk).slice(0, 3));

/** A long recording: one page of the talk again and again, with the times and numbers that follow. */
function manyPages(file: Buffer, count: number): Buffer {
  const [head, tags, page] = oggPages(file);
  if (!head || !tags || !page) throw new Error('The fixture has too few pages');
  const units = page.readBigUInt64LE(6);
  const pages = Array.from({ length: count }, (_, place) => {
    const copy = Buffer.from(page);
    copy.writeBigUInt64LE(units + BigInt(place) * 48_000n, 6);
    copy.writeUInt32LE(place + 2, 18);
    return signedPage(copy);
  });
  return Buffer.concat([head, tags, ...pages]);
}
