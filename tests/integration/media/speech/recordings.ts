import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The talk in every supported format, with its media type; `talk.wav` is the original. Made by `make-recordings.ts`. */
export const encodedTalks: readonly (readonly [name: string, contentType: string])[] = [
  ['mulaw.wav', 'audio/wav'],
  ['ima.wav', 'audio/wav'],
  ['microsoft.wav', 'audio/wav'],
  ['mp3.wav', 'audio/wav'],
  ['talk.aiff', 'audio/aiff'],
  ['ima4.aifc', 'audio/aiff'],
  ['alaw.au', 'audio/basic'],
  ['talk.caf', 'audio/x-caf'],
  ['live.webm', 'audio/webm'],
  ['vorbis.webm', 'audio/webm'],
  ['flac.mka', 'audio/matroska'],
  ['cbr.mp3', 'audio/mpeg'],
  ['vbr.mp3', 'audio/mpeg'],
  ['vbr-without-header.mp3', 'audio/mpeg'],
  ['low-rate.mp3', 'audio/mpeg'],
  ['talk.mp2', 'audio/mpeg'],
  ['talk.flac', 'audio/flac'],
  ['talk.opus', 'audio/ogg'],
  ['short-frames.opus', 'audio/ogg'],
  ['flac.ogg', 'audio/ogg'],
  ['vorbis.ogg', 'audio/ogg'],
  ['opus.mp4', 'video/mp4'],
  ['flac.mp4', 'audio/mp4'],
  ['mp3.mp4', 'audio/mp4'],
  ['mp3.flv', 'video/x-flv'],
  ['mpeg1.mpg', 'video/mpeg'],
  ['mpeg2.mpg', 'video/mpeg'],
];

const folder = resolve(import.meta.dirname, '../../../fixtures/recordings');

export const recordingFile = (name: string) => readFileSync(resolve(folder, name));
