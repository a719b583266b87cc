import type { ByteSource } from './byte-source.ts';
import { type FrameKind, firstFrame } from './first-frame.ts';
import { afterId3Tags } from './id3-tags.ts';

/** Containers of recordings, each with its reader. */
export type Container = 'wav' | 'mp3' | 'flac' | 'ogg' | 'mp4' | 'webm' | 'aiff' | 'au' | 'caf' | 'amr';

/** The type of a recording by its bytes. */
export interface FileType {
  /** Undefined for a type that cannot be read. */
  readonly container: Container | undefined;
  /** For error messages; undefined for an unknown type. */
  readonly name: string | undefined;
  /** What to do with a file that cannot be read. */
  readonly remedy: string;
  /** Offset after the tags that the file begins with. */
  readonly start: number;
}

export const containerNames: Readonly<Record<Container, string>> = {
  wav: 'WAV',
  mp3: 'MP3',
  flac: 'FLAC',
  ogg: 'Ogg',
  mp4: 'MP4',
  webm: 'WebM or Matroska',
  aiff: 'AIFF',
  au: 'AU',
  caf: 'Core Audio',
  amr: 'AMR',
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
  ['RIFX????WAVE', 'wav'],
  ['RF64????WAVE', 'wav'],
  ['BW64????WAVE', 'wav'],
  ['\x1a\x45\xdf\xa3', 'webm'],
  ['#!AMR', 'amr'],
  ['\x30\x26\xb2\x75', 'Windows Media'],
  ['FORM????AIFF', 'aiff'],
  ['FORM????AIFC', 'aiff'],
  ['RIFF????AVI ', 'AVI'],
  ['caff\0', 'caf'],
  ['.snd\0', 'au'],
  ['\x0b\x77', 'AC-3'],
  ['MAC ', 'Monkey’s Audio'],
  ['wvpk', 'WavPack'],
  ['MThd', 'MIDI'],
  ['%PDF', 'PDF'],
  ['\x89PNG', 'PNG'],
  ['PK\x03\x04', 'ZIP'],
];
/** The conversion to make of a type that cannot be read. */
const remedy = 'Convert it, for example to MP3.';
const remedies: Readonly<Record<string, string>> = {
  'AAC without a container (ADTS)':
    'Put it into an M4A file, which keeps the sound as it is (ffmpeg -i in.aac -c copy out.m4a).',
  MIDI: 'It holds notes, not sound: play it into a WAV or MP3 file.',
};
/** Bytes that all signatures need. */
const signatureBytes = 64;
/** Bytes searched for a first frame: most files begin with one. */
const searched = [16 * 1024, 128 * 1024];

const frameTypes: Readonly<Record<FrameKind, Container | string>> = {
  mpeg: 'mp3',
  free: 'MP3 of free format',
  flac: 'flac',
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
    ? { container: type, name: containerNames[type], remedy }
    : { container: undefined, name: type, remedy: remedies[type ?? ''] ?? remedy };

const isContainer = (type: string): type is Container => Object.hasOwn(containerNames, type);
