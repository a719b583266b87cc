import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ContentEvent, contentStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { type MediaType, mediaTypes, toMediaType } from '@nova/shared/media-types';
import { uploadKey } from '@nova/shared/objects';
import { describe, expect, it } from 'vitest';
import { execute } from '../commands/execute.ts';
import { content, type ExistingContent } from '../domain/content.ts';
import { documentSamples } from '../testing/document-samples.ts';
import { memoryEventStore } from '../testing/memory-event-store.ts';
import { memoryObjects } from '../testing/memory-objects.ts';
import { aCaf, anAiff, anAu } from '../testing/sampled-files.ts';
import { aWav } from '../testing/wav-file.ts';
import { zipFile } from '../testing/zip-file.ts';
import { checkUpload, inspectUpload } from './check-upload.ts';

const fixture = (name: string) =>
  readFileSync(resolve(import.meta.dirname, '../../tests/fixtures/recordings', name));

const key = 'uploads/t/c';
const utf16 = Buffer.from('\ufeffLighthouse', 'utf16le');
const png = Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001', 'hex');

/** An ID3v2 tag of 8 KiB (id3.org, ID3v2.4.0 §3.1). */
const tag = Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\x40\0', 'latin1'), Buffer.alloc(8192)]);
const flacFrames = fixture('talk.flac').subarray(fixture('talk.flac').indexOf(Buffer.of(0xff, 0xf8)));

async function inspect(bytes: Buffer, claimed: Partial<ExistingContent>) {
  const claim = {
    kind: 'document',
    contentType: 'text/plain',
    filename: 'a',
    bytes: bytes.length,
    ...claimed,
  };
  const objects = memoryObjects();
  objects.write(key, bytes);
  return inspectUpload(objects, claim as ExistingContent, key, { bytes: bytes.length, etag: 'e' });
}

/** An MP4 file with its major brand (ISO/IEC 14496-12 §4.3). */
function branded(brand: string): Buffer {
  const bytes = Buffer.from(fixture('opus.mp4'));
  bytes.write(brand, 8, 'latin1');
  return bytes;
}

describe('an uploaded file', () => {
  it.each(Object.entries(documentSamples))(
    'is %s when it was registered as such',
    async (contentType, make) => {
      expect(await inspect(await make(), { contentType })).toMatchObject({
        accepted: true,
        file: { contentType },
      });
    },
  );

  it.each([
    ['text', Buffer.from('plain words'), 'text/plain'],
    ['Markdown', Buffer.from('# Title'), 'text/markdown'],
    ['text that ends its sample within a character', Buffer.from('é'.repeat(3000)), 'text/plain'],
    ['HTML', Buffer.from('<!doctype html><p>Hi'), 'text/html'],
    ['HTML with a byte order mark', Buffer.from('\ufeff<html><p>Hi'), 'text/html'],
    ['text in UTF-16', utf16, 'text/plain'],
    ['text in UTF-16 without a byte order mark', utf16.subarray(2), 'text/plain'],
    ['text in Shift_JIS by its charset', Buffer.from('93949184', 'hex'), 'text/plain; charset=shift_jis'],
    ['PDF', Buffer.from('%PDF-1.7\n%'), 'application/pdf'],
    ['MP3', fixture('cbr.mp3'), 'audio/mpeg'],
    ['MP3 without a tag', fixture('vbr-without-header.mp3'), 'audio/mpeg'],
    ['MP3 that begins in the middle of a frame', fixture('cbr.mp3').subarray(700), 'audio/mpeg'],
    ['MP3 behind zeros', Buffer.concat([Buffer.alloc(5000), fixture('vbr.mp3')]), 'audio/mpeg'],
    ['FLAC', fixture('talk.flac'), 'audio/flac'],
    ['FLAC behind a tag', Buffer.concat([tag, fixture('talk.flac')]), 'audio/flac'],
    ['FLAC without its header', flacFrames, 'audio/flac'],
    ['Ogg with Opus', fixture('talk.opus'), 'audio/ogg'],
    ['AIFF', anAiff({ data: Buffer.alloc(8) }), 'audio/aiff'],
    ['AU', anAu({ encoding: 3, data: Buffer.alloc(8) }), 'audio/basic'],
    ['Core Audio', aCaf({ data: Buffer.alloc(8) }), 'audio/x-caf'],
    ['WAV with its numbers the other way', aWav({ id: 'RIFX', data: Buffer.alloc(8) }), 'audio/wav'],
    ['long WAV', aWav({ id: 'RF64', data: Buffer.alloc(8) }), 'audio/wav'],
    ['AMR', Buffer.from('#!AMR\n\x3c'), 'audio/amr'],
    ['WebM with sound alone', fixture('live.webm'), 'audio/webm'],
    ['M4A by its brand', fixture('aac.m4a'), 'audio/mp4'],
    ['M4A of a general brand', fixture('flac.mp4'), 'audio/mp4'],
    ['MP4', fixture('opus.mp4'), 'video/mp4'],
    ['MP4 of a brand of its own', branded('M4V '), 'video/mp4'],
    ['text that looks like XML', Buffer.from('<?xml version="1.0"?><a/>'), 'text/plain'],
  ])('is %s when it was registered as such', async (_, bytes, contentType) => {
    expect(await inspect(bytes, { contentType })).toMatchObject({ accepted: true, file: { contentType } });
  });

  it.each([
    ['a JPEG picture', Buffer.from('ffd8ffe000104a464946', 'hex'), 'image/png', 'a.png', 'image/jpeg'],
    ['MP3', fixture('cbr.mp3'), 'audio/flac', 'a.flac', 'audio/mpeg'],
    ['Markdown', Buffer.from('# Title'), 'text/plain', 'a.md', 'text/markdown'],
    ['a table', Buffer.from('a,b'), 'text/plain', 'a.csv', 'text/csv'],
    ['a PDF', Buffer.from('%PDF-1.7\n%'), 'text/plain', 'a.txt', 'application/pdf'],
    ['a video', fixture('opus.mp4'), 'application/octet-stream', 'a', 'video/mp4'],
    ['a recording in MP4', fixture('flac.mp4'), 'video/mp4', 'a.mp4', 'audio/mp4'],
    ['M4A', fixture('aac.m4a'), 'video/mp4', 'a.mp4', 'audio/mp4'],
    ['a recording in QuickTime', fixture('pcm.mov'), 'video/quicktime', 'a.mov', 'audio/mp4'],
    ['a recording in MP4 without a type', fixture('flac.mp4'), 'application/octet-stream', 'a', 'audio/mp4'],
    ['a page', Buffer.from('<!DOCTYPE html><p>Hi'), 'application/octet-stream', 'a', 'text/html'],
    ['source code', Buffer.from('x = 1'), 'application/octet-stream', 'a.py', 'text/x-source-code'],
    ['text', Buffer.from('plain words'), 'application/octet-stream', 'a', 'text/plain'],
  ])('is taken as what it is, and says so: %s', async (_, bytes, registeredType, filename, contentType) => {
    const kind = mediaTypes[toMediaType(registeredType) ?? 'text/plain'];
    expect(await inspect(bytes, { kind, contentType: registeredType, filename })).toMatchObject({
      accepted: true,
      file: { contentType, kind: mediaTypes[contentType as MediaType], registeredType },
    });
  });

  it('is an office document whatever its type leaves open', async () => {
    for (const [type, make] of Object.entries(documentSamples).filter(([name]) =>
      /openxml|opendoc|epub/.test(name),
    )) {
      for (const contentType of ['application/octet-stream', 'application/zip', 'text/plain']) {
        const found = await inspect(await make(), { contentType, filename: 'a' });
        expect(found).toMatchObject({ accepted: true, file: { contentType: type } });
      }
    }
  });

  it('of an unknown type that is larger than its kind may be is refused', async () => {
    const contentType = 'application/octet-stream';
    const large = Buffer.alloc(limits.documentBytes + 1, 'a');
    expect(await inspect(large, { contentType, filename: 'a' })).toMatchObject({
      accepted: false,
      reason: 'too-large',
    });
  });

  it('of a type that is not taken is refused by its true name', async () => {
    const zip = await zipFile({ a: 'b' });
    expect(await inspect(zip, { contentType: 'application/octet-stream', filename: 'a.docx' })).toMatchObject(
      {
        accepted: false,
        detail: 'The file was registered as application/octet-stream and is application/zip.',
      },
    );
  });

  it.each([
    ['HEIC', Buffer.from('0000001866747970686569630000000068656963', 'hex'), 'image/heic', /as JPEG or PNG/],
  ])('in %s is refused by its name, with the conversion to make', async (_, bytes, type, conversion) => {
    for (const contentType of ['image/jpeg', 'application/octet-stream']) {
      const found = await inspect(bytes, { kind: 'image', contentType, filename: 'a.jpg' });

      const detail = expect.stringMatching(conversion) as string;
      expect(found).toMatchObject({ accepted: false, reason: 'type-differs', detail });
      expect(found).toMatchObject({
        detail: expect.stringContaining(`and is ${type}, which is not accepted.`),
      });
    }
  });

  it.each([
    ['TIFF', Buffer.from('49492a000800000000000000000000000000', 'hex'), 'image/tiff'],
    ['BMP', Buffer.from('424d3a00000000000000360000002800', 'hex'), 'image/bmp'],
    ['AVIF', Buffer.from('0000001866747970617669660000000061766966', 'hex'), 'image/avif'],
  ])('in %s is taken, whatever picture it was registered as', async (_, bytes, contentType) => {
    const found = await inspect(bytes, { kind: 'image', contentType: 'image/jpeg', filename: 'a.jpg' });

    expect(found).toMatchObject({ accepted: true, file: { contentType, kind: 'image' } });
  });

  it.each([
    ['bytes of no text', Buffer.from('00ff010200030004', 'hex'), {}, /is not text: it has zero bytes/],
    [
      'text in another charset than it names',
      Buffer.from([0x82, 0xff]),
      { contentType: 'text/plain; charset=shift_jis' },
      /has charset=shift_jis, but is not text in that encoding/,
    ],
    ['a picture registered as text', png, {}, /registered as text\/plain and is image\/png/],
    [
      'text registered as a picture',
      Buffer.from('hi'),
      { kind: 'image', contentType: 'image/png' },
      /is text\/plain/,
    ],
    [
      'MP3 registered as a video',
      fixture('cbr.mp3'),
      { kind: 'video', contentType: 'video/mp4' },
      /is audio\/mpeg/,
    ],
    [
      'AVI registered as another video',
      Buffer.from('RIFF\xff\0\0\0AVI LIST'.padEnd(400, '\0'), 'latin1'),
      { kind: 'video', contentType: 'video/mp4' },
      /is video\/vnd\.avi, which is not accepted\. Convert it to MP4/,
    ],
    [
      'AC-3',
      Buffer.from('\x0b\x77\0\0\x14\x40', 'latin1'),
      { kind: 'audio', contentType: 'audio/mpeg' },
      /is AC-3, which cannot be read\. Convert/,
    ],
    ['a page registered as PDF', Buffer.from('<html>'), { contentType: 'application/pdf' }, /is text\/plain/],
    [
      'an encrypted or old office document',
      Buffer.from('d0cf11e0a1b11ae1'.padEnd(1024, '0'), 'hex'),
      { contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' },
      /protected by a password, or in the format of Office before 2007/,
    ],
    ['empty', Buffer.alloc(0), {}, /is empty/],
    ['shorter than registered', Buffer.from('hi'), { bytes: 9 }, /2 bytes; 9 were registered/],
  ] as const)('is refused when it is %s', async (_, bytes, claimed, detail) => {
    expect(await inspect(bytes, claimed)).toMatchObject({
      accepted: false,
      detail: expect.stringMatching(detail),
    });
  });
});

describe('a check', () => {
  const stream = contentStream('t', '019ab000-0000-7000-8000-000000000001');
  const objectKey = uploadKey(stream.tenant, stream.id);
  const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
  /** More than the first bytes of it are needed to find no sound. */
  const zeros = Buffer.alloc(2 * limits.sniffBytes);
  const file = { kind: 'audio', contentType: 'audio/wav', bytes: zeros.length, objectKey } as const;
  const registered: ContentEvent = {
    type: 'ContentRegistered',
    data: { ...file, filename: 'a.wav', uploadExpiresAt: '2026-01-01T01:00:00.000Z' },
  };
  const detail = 'The file was registered as audio/wav and is image/png.';
  const rejected: ContentEvent = { type: 'ContentRejected', data: { reason: 'type-differs', detail } };
  const deleted: ContentEvent = { type: 'ContentDeleted', data: {} };

  /** Checks a file while, before one of the requests to the bucket, another function records an event and erases it. */
  async function checkDuring(request: 'head' | 'start' | 'range', event: ContentEvent) {
    const store = memoryEventStore();
    const objects = memoryObjects();
    objects.write(objectKey, zeros);
    const record = (recorded: ContentEvent) => execute(store, content, stream, metadata, () => [recorded]);
    await record(registered);
    const meanwhile = async () => {
      await record(event);
      await objects.delete(objectKey);
    };
    const head: typeof objects.head = async (key) => {
      if (request === 'head') await meanwhile();
      return objects.head(key);
    };
    const start: typeof objects.start = async (key, count) => {
      if (request === 'start') await meanwhile();
      return objects.start(key, count);
    };
    const range: typeof objects.range = async (key, from, to) => {
      if (request === 'range') await meanwhile();
      return objects.range(key, from, to);
    };
    return checkUpload(store, { ...objects, head, start, range }, stream, metadata);
  }

  it.each(['head', 'start', 'range'] as const)(
    'gives the reason of another one that refused the file before its %s',
    async (request) => {
      expect(await checkDuring(request, rejected)).toMatchObject({
        status: 'rejected',
        rejection: { detail },
      });
    },
  );

  it.each(['head', 'start', 'range'] as const)('sees a deletion before its %s', async (request) => {
    expect(await checkDuring(request, deleted)).toMatchObject({ status: 'deleted' });
  });
});
