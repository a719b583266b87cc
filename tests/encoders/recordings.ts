import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noise, voice } from '../../lambdas/testing/audio.ts';
import { aWav } from '../../lambdas/testing/wav-file.ts';
import { isInstalled, run } from './installed.ts';

/** Programs that people record and convert with, and what they write. */

/** Samples a second, seconds, and hertz of the voice of each channel. */
const talk = { rate: 44_100, seconds: 3, voices: [130, 210] };

/** Format of WAV. */
const floats = 3;

/** A file, and the program that writes it. */
export interface Encoded {
  readonly container: string;
  readonly codec: string;
  readonly program: 'ffmpeg' | 'sox' | 'flac' | 'opusenc';
  /** Extension of the file. */
  readonly extension: string;
  readonly args: readonly string[];
  readonly hasPictures?: boolean;
  /** The file whose sound is copied into it. */
  readonly sound?: Encoded;
}

/** A talk of two, one on each channel, as a WAV file of 32-bit floats. */
export async function writeOriginal(folder: string): Promise<string> {
  const { rate, seconds, voices } = talk;
  const hiss = noise(seconds, rate, 0.01);
  const channels = voices.map((hertz) => voice(hertz, seconds, rate, 0.2));
  const data = Buffer.alloc(hiss.length * channels.length * 4);
  for (const [at, sample] of hiss.entries()) {
    for (const [channel, samples] of channels.entries())
      data.writeFloatLE(sample + (samples[at] ?? 0), 4 * (at * channels.length + channel));
  }
  const path = join(folder, 'original.wav');
  await writeFile(path, aWav({ tag: floats, channels: channels.length, rate, bits: 32, data }));
  return path;
}

export const originalSeconds = talk.seconds;

/** @returns the path of the file */
export async function write(
  { program, extension, args, hasPictures, sound }: Encoded,
  original: string,
  folder: string,
): Promise<string> {
  const from = sound ? await write(sound, original, folder) : original;
  const to = join(folder, `encoded.${extension}`);
  const pictures = ['-f', 'lavfi', '-i', `testsrc2=size=128x96:rate=10:duration=${talk.seconds}`];
  const lines = {
    ffmpeg: [
      ...['-nostdin', '-v', 'error', '-y', ...(hasPictures ? pictures : []), '-i', from],
      ...['-fflags', '+bitexact', ...args, to],
    ],
    sox: [from, ...args, to],
    flac: ['--silent', ...args, '-o', to, join(folder, 'sixteen.wav')],
    opusenc: ['--quiet', ...args, from, to],
  };
  // flac takes whole numbers.
  if (program === 'flac')
    await run('ffmpeg', ['-v', 'error', '-i', from, '-c:a', 'pcm_s16le', join(folder, 'sixteen.wav')]);
  await run(program, lines[program]);
  return to;
}

export const missing = ({ program, sound }: Encoded): readonly string[] =>
  [...new Set([program, sound?.program ?? program, 'ffmpeg'])].filter((name) => !isInstalled(name));

/** A file by ffmpeg. @param args besides the codec, in one string */
const byFfmpeg = (
  container: string,
  extension: string,
  codec: string,
  encoder: string,
  args = '',
): Encoded => ({
  ...{ container, codec, extension, program: 'ffmpeg' },
  args: ['-c:a', encoder, ...args.split(' ').filter((arg) => arg !== '')],
});
const bySox = (container: string, extension: string, codec: string, args: string): Encoded => ({
  ...{ container, codec, extension, program: 'sox', args: args.split(' ') },
});
const telephone = '-ar 8000 -ac 1';

/** Linear PCM by ffmpeg's names, as people call it. */
const pcm = (endian: 'le' | 'be', ...names: readonly string[]) =>
  names.map((name) => {
    const bits = /\d+/.exec(name)?.[0] ?? '';
    const [encoder, kind] = [
      `pcm_${name}${bits === '8' ? '' : endian}`,
      name.startsWith('f') ? ' float' : '',
    ];
    return [`PCM, ${bits} bits${kind}`, encoder] as const;
  });

const wav: readonly Encoded[] = [
  ...pcm('le', 'u8', 's16', 's24', 's32', 'f32', 'f64').map(([codec, encoder]) =>
    byFfmpeg('WAV', 'wav', codec, encoder),
  ),
  byFfmpeg('WAV', 'wav', 'A-law', 'pcm_alaw', telephone),
  byFfmpeg('WAV', 'wav', 'µ-law', 'pcm_mulaw', telephone),
  byFfmpeg('WAV', 'wav', 'ADPCM (IMA)', 'adpcm_ima_wav'),
  byFfmpeg('WAV', 'wav', 'ADPCM (Microsoft)', 'adpcm_ms'),
  byFfmpeg('WAV', 'wav', 'MP3', 'libmp3lame'),
  byFfmpeg('WAV', 'wav', 'GSM', 'libgsm_ms', telephone),
  byFfmpeg('RF64', 'wav', 'PCM, 16 bits', 'pcm_s16le', '-rf64 always'),
];

const amr = bySox('AMR', 'amr', 'AMR-NB', '-t amr-nb -r 8000 -c 1');

const others: readonly Encoded[] = [
  ...pcm('be', 's16', 's24', 's32', 'f32').map(([codec, encoder]) =>
    byFfmpeg('AIFF', 'aiff', codec, encoder),
  ),
  byFfmpeg('AIFF', 'aifc', 'µ-law', 'pcm_mulaw', telephone),
  byFfmpeg('AIFF', 'aifc', 'ADPCM (IMA)', 'adpcm_ima_qt'),
  bySox('AIFF', 'aiff', 'PCM, 8 bits', '-b 8'),
  ...pcm('be', 's16', 'f32').map(([codec, encoder]) => byFfmpeg('AU', 'au', codec, encoder)),
  byFfmpeg('AU', 'au', 'µ-law', 'pcm_mulaw', telephone),
  bySox('AU', 'au', 'A-law', '-e a-law -r 8000 -c 1'),
  ...pcm('le', 's16', 'f32').map(([codec, encoder]) => byFfmpeg('CAF', 'caf', codec, encoder)),
  byFfmpeg('CAF', 'caf', 'A-law', 'pcm_alaw', telephone),
  byFfmpeg('CAF', 'caf', 'ADPCM (IMA)', 'adpcm_ima_qt'),
  byFfmpeg('CAF', 'caf', 'ALAC', 'alac'),
  byFfmpeg('CAF', 'caf', 'Opus', 'libopus'),
  byFfmpeg('MP3', 'mp3', 'MP3, constant bit rate', 'libmp3lame', '-b:a 128k'),
  byFfmpeg('MP3', 'mp3', 'MP3, variable bit rate', 'libmp3lame', '-q:a 4'),
  byFfmpeg('MP3', 'mp3', 'MP3 (MPEG-2)', 'libmp3lame', '-ar 22050 -b:a 64k'),
  byFfmpeg('MP2', 'mp2', 'MP2', 'mp2', '-b:a 192k'),
  byFfmpeg('FLAC', 'flac', 'FLAC', 'flac'),
  { container: 'FLAC', codec: 'FLAC', extension: 'flac', program: 'flac', args: ['-8'] },
  byFfmpeg('Ogg', 'ogg', 'Opus', 'libopus', '-b:a 96k'),
  { container: 'Ogg', codec: 'Opus', extension: 'opus', program: 'opusenc', args: ['--bitrate', '96'] },
  byFfmpeg('Ogg', 'ogg', 'Vorbis', 'libvorbis', '-q:a 5'),
  bySox('Ogg', 'ogg', 'Vorbis', '-C 5'),
  byFfmpeg('Ogg', 'ogg', 'FLAC', 'flac'),
  byFfmpeg('Ogg', 'ogg', 'Speex', 'libspeex', '-ar 16000 -ac 1'),
  byFfmpeg('WebM', 'weba', 'Opus', 'libopus', '-b:a 96k -f webm'),
  byFfmpeg('WebM, live', 'weba', 'Opus', 'libopus', '-b:a 96k -f webm -live 1'),
  byFfmpeg('WebM', 'weba', 'Vorbis', 'libvorbis', '-f webm'),
  byFfmpeg('Matroska', 'mka', 'Opus', 'libopus', '-b:a 96k'),
  byFfmpeg('Matroska', 'mka', 'MP3', 'libmp3lame'),
  byFfmpeg('Matroska', 'mka', 'FLAC', 'flac'),
  byFfmpeg('Matroska', 'mka', 'PCM, 16 bits', 'pcm_s16le'),
  byFfmpeg('Matroska', 'mka', 'AAC', 'aac'),
  byFfmpeg('Matroska', 'mka', 'Vorbis', 'libvorbis'),
  byFfmpeg('Matroska', 'mka', 'AC-3', 'ac3'),
  byFfmpeg('Matroska', 'mka', 'WavPack', 'wavpack'),
  byFfmpeg('M4A', 'm4a', 'AAC', 'aac'),
  byFfmpeg('M4A', 'm4a', 'ALAC', 'alac'),
  byFfmpeg('M4A', 'm4a', 'AC-3', 'ac3'),
  byFfmpeg('MP4', 'mp4', 'Opus', 'libopus', '-b:a 96k'),
  byFfmpeg('MP4', 'mp4', 'FLAC', 'flac', '-strict -2'),
  byFfmpeg('MP4', 'mp4', 'MP3', 'libmp3lame'),
  byFfmpeg('MOV', 'mov', 'PCM, 16 bits', 'pcm_s16le'),
  byFfmpeg('MOV', 'mov', 'PCM, 24 bits', 'pcm_s24be'),
  byFfmpeg('MOV', 'mov', 'ADPCM (IMA)', 'adpcm_ima_qt'),
  byFfmpeg('MOV', 'mov', 'ALAC', 'alac'),
  amr,
  byFfmpeg('ADTS', 'aac', 'AAC', 'aac'),
  byFfmpeg('AC-3', 'ac3', 'AC-3', 'ac3'),
  byFfmpeg('Windows Media', 'wma', 'WMA', 'wmav2'),
];

const x264 = '-c:v libx264 -pix_fmt yuv420p -g 20';
const video = (
  container: string,
  extension: string,
  codec: string,
  encoder: string,
  args: string,
): Encoded => ({ ...byFfmpeg(container, extension, codec, encoder, args), hasPictures: true });

const videos: readonly Encoded[] = [
  video('MP4', 'mp4', 'H.264, AAC', 'aac', x264),
  video('MP4, fragmented', 'mp4', 'H.264, AAC', 'aac', `${x264} -movflags frag_keyframe+empty_moov`),
  video('MP4', 'mp4', 'H.265, AAC', 'aac', '-c:v libx265 -x265-params log-level=none -tag:v hvc1'),
  video('MOV', 'mov', 'H.264, PCM', 'pcm_s16le', x264),
  video('3GP', '3gp', 'H.264, AAC', 'aac', `${x264} -ac 1`),
  { ...video('3GP', '3gp', 'H.264, AMR-NB', 'copy', x264), sound: amr },
  video('WebM', 'webm', 'VP8, Opus', 'libopus', '-c:v libvpx -g 20'),
  video('WebM', 'webm', 'VP9, Opus', 'libopus', '-c:v libvpx-vp9 -g 20 -deadline realtime'),
  video('WebM', 'webm', 'VP8, Vorbis', 'libvorbis', '-c:v libvpx -g 20'),
  video('Matroska', 'mkv', 'H.264, Opus', 'libopus', x264),
  video('Matroska', 'mkv', 'H.264, FLAC', 'flac', x264),
  video('MPEG-TS', 'm2t', 'H.264, AAC', 'aac', `${x264} -f mpegts`),
  video('MPEG-TS', 'm2t', 'H.264, MP3', 'libmp3lame', `${x264} -f mpegts`),
  video('MPEG-TS', 'm2t', 'MPEG-2, MP2', 'mp2', '-c:v mpeg2video -r 25 -f mpegts'),
  video('MPEG', 'mpg', 'MPEG-2, MP2', 'mp2', '-c:v mpeg2video -r 25 -f vob'),
  video('Flash', 'flv', 'H.264, AAC', 'aac', x264),
  video('Windows Media', 'wmv', 'WMV, WMA', 'wmav2', '-c:v wmv2'),
  video('AVI', 'avi', 'MPEG-4, MP3', 'libmp3lame', '-c:v mpeg4'),
];

export const encoded: readonly Encoded[] = [...wav, ...others, ...videos];
