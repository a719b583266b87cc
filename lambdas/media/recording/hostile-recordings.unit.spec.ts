import { describe, expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { expectLinearOf } from '../../testing/linear-work.ts';
import { fixture, opened } from '../../testing/recordings.ts';

/** Whatever a recording repeats after its start, reading it takes time linear in its length. */

/** A start of a recording that is read, and pieces of its format. */
const formats: readonly (readonly [
  file: string,
  type: string,
  startBytes: number,
  pieces: readonly string[],
])[] = [
  ['talk.wav', 'audio/wav', 36, ['fmt ', 'data', 'LIST', '\0\0\0\0', '\x08\0\0\0', '\xff\xff\xff\xff']],
  [
    'cbr.mp3',
    'audio/mpeg',
    4000,
    ['\xff\xfb\x90\x64', '\xff\xfb', '\xff', '\0\0\0\0', 'Xing', 'TAG', 'ID3\x04\0\0'],
  ],
  [
    'talk.flac',
    'audio/flac',
    9000,
    ['\xff\xf8', '\xff\xf8\xc9\x18', '\xff\xf8\xc9\x08\0', '\0\0', '\xff', 'abcd'],
  ],
  [
    'talk.opus',
    'audio/ogg',
    4000,
    ['OggS\0', 'OggS', '\0\0\0\0', '\xff', '\xff\xff\xff\xff\xff\xff\xff\xff', 'Opus'],
  ],
  [
    'vorbis.ogg',
    'audio/ogg',
    5000,
    ['OggS\0', 'OggS', '\0\0\0\0', '\xff\xff\xff\xff\xff\xff\xff\xff', 'vorbis', '\x05vorbis', '\x01'],
  ],
  [
    'flac.ogg',
    'audio/ogg',
    4000,
    ['OggS\0', 'OggS', '\0\0\0\0', '\xff\xff\xff\xff\xff\xff\xff\xff', '\x7fFLAC', '\xff\xf8'],
  ],
  [
    'aac.flv',
    'video/x-flv',
    13,
    [
      '\x08\0\0\x04\0\0\0\0\0\0\0\xaf\x01ab\0\0\0\x0f',
      '\x09\0\0\0\0\0\0\0\0\0\0\0\0\0\x0b',
      '\x08\0\0\0',
      '\0\0\0\0',
    ],
  ],
  [
    'second.mpg',
    'video/mpeg',
    2048,
    ['\0\0\x01\xba', '\0\0\x01\xc0\0\x08\x80\0\0', '\0\0\x01\xe0\0\0', '\0\0\x01', '\0\0', '\xff\xfd'],
  ],
  [
    'aac.m4a',
    'audio/mp4',
    32,
    ['\0\0\0\x08free', '\0\0\0\x10moof', '\0\0\0\x08moov', 'trun', '\0\0\0\0', '\0\0\x01\0'],
  ],
];

describe('a recording takes time linear in its length', () => {
  it.each(formats)('%s with any pieces of its format repeated', (file, type, startBytes, pieces) => {
    const start = fixture(file).subarray(0, startBytes);
    const read = async (text: string) => {
      const { recording } = await opened(Buffer.concat([start, Buffer.from(text, 'latin1')]), type);
      if (recording.decodable) await collected(recording.samples(0));
    };
    return expectLinearOf(read, pieces, { size: 32 * 1024, numRuns: 12 });
  });
});

describe('a budget of time', () => {
  it.each(formats)('ends the reading of %s, its headers and its sound', async (file, type) => {
    const read = async (most: number) => {
      let looks = 0;
      const { recording } = await opened(fixture(file), type, () => {
        looks += 1;
        if (looks > most) throw new Error('The time is over');
      });
      if (recording.decodable) await collected(recording.samples(0));
      return looks;
    };
    const looks = await read(Number.POSITIVE_INFINITY);

    await expect(read(0)).rejects.toThrow('The time is over');
    await expect(read(looks - 1)).rejects.toThrow('The time is over');
  });
});
