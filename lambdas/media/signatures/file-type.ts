import type { ByteSource } from './byte-source.ts';
import { type FrameKind, firstFrame } from './first-frame.ts';
import { afterId3Tags } from './id3-tags.ts';

/** Containers of recordings, each with its reader. */
export type Container = 'wav' | 'mp3' | 'flac' | 'ogg' | 'mp4';

/** The type of a recording by its bytes. */
export interface FileType {
  /** Undefined for a type that cannot be read. */
  readonly container: Container | undefined;
  /** For error messages; undefined for an unknown type. */
  readonly name: string | undefined;
  /** Offset after the tags that the file begins with. */
  readonly start: number;
}

export const containerNames: Readonly<Record<Container, string>> = {
  wav: 'WAV',
  mp3: 'MP3',
  flac: 'FLAC',
  ogg: 'Ogg',
  mp4: 'MP4',
};

/**
 * The first bytes of each type, where `?` is any byte; those of files that cannot be read give the name. Source: each format's
 * specification.
 */
const signatures: readonly (readonly [string, Container | string])[] = [
  ['fLaC', 'flac'],
  ['OggS', 'ogg'],
  ['????ftyp', 'mp4'],
  ['RIFF????WAVE', 'wav'],
  ['\x1a\x45\xdf\xa3', 'WebM or Matroska'],
  ['#!AMR', 'AMR'],
  ['\x30\x26\xb2\x75', 'Windows Media'],
  ['FORM????AIFF', 'AIFF'],
  ['FORM????AIFC', 'AIFF'],
  ['RIFF????AVI ', 'AVI'],
  ['caff\0', 'Core Audio'],
  ['.snd\0', 'Sun audio'],
  ['%PDF', 'PDF'],
  ['\x89PNG', 'PNG'],
  ['PK\x03\x04', 'ZIP'],
];
/** Bytes that all signatures need. */
const signatureBytes = 64;
/** Bytes searched for a first frame: most files begin with one. */
const searched = [16 * 1024, 128 * 1024];

const frameTypes: Readonly<Record<FrameKind, Container | string>> = {
  mpeg: 'mp3',
  free: 'MP3 of free format',
  flac: 'FLAC without its header',
  adts: 'AAC without a container (ADTS)',
};

/**
 * The type of a recording: by its signature, after any ID3 tags, or else by the frames of sound that it begins with. The first of them may
 * be anywhere in the first 128 KiB: a recorder that is switched on in the middle of a broadcast begins in the middle of a frame.
 */
export async function fileType(source: ByteSource): Promise<FileType> {
  const start = await afterId3Tags(source);
  const text = Buffer.from(await source.range(start, start + signatureBytes)).toString('latin1');
  const signed = signatures.find(([signature]) => begins(text, signature))?.[1];
  return { ...named(signed ?? (await typeOfFrames(source, start))), start };
}

const begins = (text: string, signature: string) =>
  [...signature].every((byte, at) => byte === '?' || byte === text[at]);

async function typeOfFrames(source: ByteSource, start: number): Promise<Container | string | undefined> {
  for (const count of searched) {
    const bytes = await source.range(start, start + count);
    const isWhole = start + bytes.length >= source.size;
    const frame = firstFrame(bytes, isWhole);
    if (frame) return frameTypes[frame.kind];
    if (isWhole) return undefined;
  }
  return undefined;
}

const named = (type: Container | string | undefined): Omit<FileType, 'start'> =>
  type !== undefined && isContainer(type)
    ? { container: type, name: containerNames[type] }
    : { container: undefined, name: type };

const isContainer = (type: string): type is Container => Object.hasOwn(containerNames, type);
