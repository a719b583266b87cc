import { describe, expect, it } from 'vitest';
import { expectLinearOf } from '../../testing/linear-work.ts';
import { fixture } from '../../testing/recordings.ts';
import { fileType } from './file-type.ts';
import { parseFrameHeader } from './mpeg-header.ts';

/** A file, and the bytes that are read of it. */
function counted(file: Uint8Array) {
  const read = { bytes: 0 };
  const range = async (from: number, to: number) => {
    const bytes = file.subarray(from, to);
    read.bytes += bytes.length;
    return bytes;
  };
  return { read, source: { size: file.length, range } };
}
const typeOf = (file: Uint8Array) => fileType(counted(file).source);

/** An ID3v2 tag of 8 KiB (id3.org, ID3v2.4.0 §3.1). */
const tag = Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\x40\0', 'latin1'), Buffer.alloc(8192)]);
const mp3 = fixture('vbr-without-header.mp3');
const flac = fixture('talk.flac');
/** Offset of the first frame. */
const flacFrames = flac.indexOf(Buffer.of(0xff, 0xf8));
const after = (...pieces: Uint8Array[]) => Buffer.concat(pieces);

/** Frames of AAC as ADTS, without sound in them (ISO/IEC 14496-3 §1.A.3.2). */
const adts = after(
  ...Array.from({ length: 9 }, () => Buffer.concat([Buffer.from('fff15080060000', 'hex'), Buffer.alloc(41)])),
);
/** Frames of MP3 whose headers leave the bit rate open. */
const free = after(
  ...Array.from({ length: 9 }, () => Buffer.concat([Buffer.from('fffb0064', 'hex'), Buffer.alloc(400, 1)])),
);

describe('the type of a recording', () => {
  it.each([
    ['MP3', mp3, 'mp3'],
    ['MP3 that begins in the middle of a frame', mp3.subarray(100), 'mp3'],
    ['MP3 behind 3,000 zeros', after(Buffer.alloc(3000), mp3), 'mp3'],
    ['MP3 behind 100,000 zeros', after(Buffer.alloc(100_000), mp3), 'mp3'],
    ['MP3 behind a tag', after(tag, mp3), 'mp3'],
    ['MP3 behind zeros and a tag', after(Buffer.alloc(500), tag, mp3), 'mp3'],
    ['MP3 of one frame', mp3.subarray(0, parseFrameHeader(mp3, 0)?.bytes), 'mp3'],
    ['FLAC behind a tag', after(tag, flac), 'flac'],
    ['FLAC behind two tags', after(tag, tag, flac), 'flac'],
    ['FLAC without its header', flac.subarray(flacFrames), 'flac'],
    ['FLAC that begins in the middle of a frame', flac.subarray(flacFrames + 20), 'flac'],
    ['Ogg behind a tag', after(tag, fixture('talk.opus')), 'ogg'],
    ['WAV', fixture('talk.wav'), 'wav'],
    ['MP4', fixture('aac.m4a'), 'mp4'],
    ['RIFX', Buffer.from('RIFX\0\0\0\0WAVE'), 'wav'],
    ['RF64', Buffer.from('RF64\xff\xff\xff\xffWAVE', 'latin1'), 'wav'],
    ['BW64', Buffer.from('BW64\xff\xff\xff\xffWAVE', 'latin1'), 'wav'],
    ['AIFF', Buffer.from('FORM\0\0\0\0AIFF'), 'aiff'],
    ['AIFC', Buffer.from('FORM\0\0\0\0AIFC'), 'aiff'],
    ['AU', Buffer.from('.snd\0\0\0\x18'), 'au'],
    ['Core Audio', Buffer.from('caff\0\x01'), 'caf'],
    ['AMR', Buffer.from('#!AMR\n'), 'amr'],
    ['wide-band AMR', Buffer.from('#!AMR-WB\n'), 'amr'],
    ['WebM', Buffer.from('\x1a\x45\xdf\xa3', 'latin1'), 'webm'],
  ])('is found: %s', async (_, file, container) => {
    expect(await typeOf(file)).toMatchObject({ container });
  });

  it.each([
    ['AAC', adts, 'AAC without a container (ADTS)'],
    ['AAC behind a tag', after(tag, adts), 'AAC without a container (ADTS)'],
    ['MP3 of free format', free, 'MP3 of free format'],
    ['AC-3', Buffer.from('\x0b\x77more', 'latin1'), 'AC-3'],
    ['text that begins like a signature', Buffer.from('caffeine.snd'), undefined],
    ['zeros', Buffer.alloc(200_000), undefined],
    ['nothing', Buffer.alloc(0), undefined],
  ])('that cannot be read has its name: %s', async (_, file, name) => {
    expect(await typeOf(file)).toMatchObject({ container: undefined, name });
  });

  it('is found in the first 128 KiB after any tags, of which no more are read', async () => {
    const { read, source } = counted(after(tag, Buffer.alloc(1_000_000)));
    await fileType(source);

    expect(read.bytes).toBeLessThan(150_000);
  });

  it('takes time linear in the bytes that are searched', () =>
    expectLinearOf(
      (text) => typeOf(Buffer.from(text, 'latin1')),
      [
        '\xff\xfb\x90\x64',
        '\xff\xfb\x00\x64',
        '\xff\xf1\x50\x80\x01',
        '\xff\xf8\xc9\x18\x00\xc2',
        '\xff',
        '\0\0\0\0',
        'ID3\x04\0\0\0\0\0\0',
      ],
      { size: 16 * 1024, numRuns: 100 },
    ));
});
