import { describe, expect, it } from 'vitest';
import { makeFragmentedVideo, makeVideo } from '../../../tests/fixtures/make-video.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { fixture, opened, refusal } from '../../testing/recordings.ts';
import { videoSeconds } from './video-facts.ts';

/** Videos that are refused, each with a sentence of its own. */

function refused(file: Uint8Array): Promise<string> {
  const objects = memoryObjects();
  objects.write('video', file);
  return refusal(videoSeconds(objects, 'video', file.length));
}

/** The same file with its tables before its pictures, as programs write it for the web ("fast start"). */
const fastStart = () => makeVideo({ seconds: 60 });

/** A file whose samples are encrypted (ISO/IEC 23001-7): the format of its pictures, or of its sound, is another. */
function encrypted(file: Buffer, format: string, name: 'encv' | 'enca' | 'drms' | 'drmi'): Buffer {
  const copy = Buffer.from(file);
  copy.write(name, copy.indexOf(format, copy.indexOf('stsd')), 'latin1');
  return copy;
}

describe('a video that is cut short is refused', () => {
  it.each([0.4, 0.6, 0.9, 0.999])('after %d of its bytes', async (share) => {
    const file = await fastStart();

    expect(await refused(file)).toBe('no refusal');
    expect(await refused(file.subarray(0, file.length * share))).toMatch(
      /^unsupported-media: The video cannot be read: its (?:last pictures are missing|tables are incomplete); it is cut short/,
    );
  });

  it('when its tables are whole and most pictures are missing', async () => {
    const file = await fastStart();
    const tablesEnd = file.indexOf('mdat') + 2000;

    expect(await refused(file.subarray(0, tablesEnd))).toContain(
      'its last pictures are missing; it is cut short',
    );
  });

  it('within a fragment', async () => {
    const file = await makeFragmentedVideo({ seconds: 10 });
    const cut = file.lastIndexOf('moof') + 20;

    expect(await refused(file.subarray(0, cut))).toContain('its fragments are incomplete; it is cut short');
  });
});

describe('an encrypted file is refused as such:', () => {
  it.each(['encv', 'drmi'] as const)('pictures of %s', async (name) => {
    expect(await refused(encrypted(await fastStart(), 'avc1', name))).toBe(
      'unsupported-media: The video cannot be read: it is encrypted: only programs with its key can play it (DRM). Upload a copy without that protection.',
    );
  });

  it.each(['enca', 'drms'] as const)('sound of %s', async (name) => {
    const recording = opened(encrypted(fixture('aac.m4a'), 'mp4a', name), 'audio/mp4');

    expect(await refusal(recording)).toContain('The recording cannot be read: it is encrypted');
  });
});

it.each([
  ['nothing known', Buffer.from('no video at all '.repeat(100))],
  ['the start of an MP4 file', Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1')],
  ['an MP4 file without pictures', fixture('aac.m4a')],
])('%s is refused in words of our own', async (_, file) => {
  const message = await refused(file);

  expect(message).toMatch(/^unsupported-media: The video cannot be read: it/);
  expect(message).not.toMatch(/assert|callback|unsupported or unrecognizable/i);
});
