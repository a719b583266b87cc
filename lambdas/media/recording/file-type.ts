import type { ObjectReader } from '../decoding/object-reader.ts';
import { parseFrameHeader } from '../mp3/frame-header.ts';

export type Container = 'wav' | 'mp3' | 'flac' | 'ogg' | 'mp4';

/** The type of a file by its first bytes. */
export interface FileType {
  /** Undefined for a type that cannot be read. */
  readonly container: Container | undefined;
  /** For error messages; undefined for an unknown type. */
  readonly name: string | undefined;
}

/** Bytes that are enough to tell. */
export const sniffBytes = 64;

export const containerNames: Readonly<Record<Container, string>> = {
  wav: 'WAV',
  mp3: 'MP3',
  flac: 'FLAC',
  ogg: 'Ogg',
  mp4: 'MP4',
};

/** Signatures and their offsets; those of files that cannot be read give the name. Source: each format's specification. */
const signatures: readonly (readonly [at: number, text: string, Container | string])[] = [
  [0, 'fLaC', 'flac'],
  [0, 'OggS', 'ogg'],
  [4, 'ftyp', 'mp4'],
  [8, 'WAVE', 'wav'],
  [0, '\x1a\x45\xdf\xa3', 'WebM or Matroska'],
  [0, '#!AMR', 'AMR'],
  [0, '\x30\x26\xb2\x75', 'Windows Media'],
  [8, 'AIFF', 'AIFF'],
  [8, 'AIFC', 'AIFF'],
  [8, 'AVI ', 'AVI'],
  [0, 'caff', 'Core Audio'],
  [0, '.snd', 'Sun audio'],
  [0, '%PDF', 'PDF'],
  [0, '\x89PNG', 'PNG'],
  [0, 'PK\x03\x04', 'ZIP'],
];

/** @param head first bytes after any ID3 tag */
export function fileType(head: Uint8Array): FileType {
  const text = Buffer.from(head).toString('latin1');
  for (const [at, signature, type] of signatures) {
    if (!text.startsWith(signature, at)) continue;
    return isContainer(type)
      ? { container: type, name: containerNames[type] }
      : { container: undefined, name: type };
  }
  if (parseFrameHeader(head, 0)) return { container: 'mp3', name: containerNames.mp3 };
  // The same sync as MP3, with the layer's bits zero (ISO/IEC 14496-3, ADTS).
  if (head[0] === 0xff && ((head[1] ?? 0) & 0xf6) === 0xf0) return { container: undefined, name: 'ADTS AAC' };
  if (head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0) {
    return { container: undefined, name: 'MPEG audio other than MP3' };
  }
  return { container: undefined, name: undefined };
}

const isContainer = (type: string): type is Container => Object.hasOwn(containerNames, type);

const id3HeaderBytes = 10;
/** Tags in a row, at most; one is usual. */
const maxTags = 8;

/**
 * Offset after the ID3v2 tags that a file begins with (id3.org, ID3v2.4.0 §3.1). Tags may hold pictures, so only their
 * headers are read.
 */
export async function afterId3Tags(object: ObjectReader): Promise<number> {
  let at = 0;
  for (let tag = 0; tag < maxTags; tag += 1) {
    const header = await object.range(at, at + id3HeaderBytes);
    const isTag = Buffer.from(header.subarray(0, 3)).toString('latin1') === 'ID3';
    if (header.length < id3HeaderBytes || !isTag) break;
    const size = header.subarray(6).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
    const hasFooter = ((header[5] ?? 0) & 0x10) !== 0;
    at += id3HeaderBytes + size + (hasFooter ? id3HeaderBytes : 0);
  }
  return at;
}
