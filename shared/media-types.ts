import leven from 'leven';
import { limits } from './limits.ts';
import type { ContentKind } from './vocabulary.ts';

/** What is known of a media type. */
interface TypeFacts {
  readonly kind: ContentKind;
  /** Its files are text, so no first bytes tell them; also that of each `text/…` type. */
  readonly text?: true;
  /** Of file names, without the dot, with spaces between them. */
  readonly extensions?: string;
  /** Other names of the same type, used by clients and sniffers, with spaces between them. */
  readonly aliases?: string;
}

/** Content types that an upload may have. */
const types = {
  'text/plain': { kind: 'document', extensions: 'txt text log' },
  'text/markdown': { kind: 'document', extensions: 'md markdown', aliases: 'text/x-markdown' },
  'text/html': { kind: 'document', extensions: 'html htm xhtml', aliases: 'application/xhtml+xml' },
  'application/pdf': { kind: 'document', extensions: 'pdf' },
  'text/csv': {
    kind: 'document',
    extensions: 'csv',
    aliases: 'application/csv text/comma-separated-values text/x-csv',
  },
  'text/tab-separated-values': { kind: 'document', extensions: 'tsv tab', aliases: 'text/tsv' },
  'application/json': {
    kind: 'document',
    text: true,
    extensions: 'json geojson',
    aliases: 'text/json application/ld+json application/geo+json',
  },
  'application/x-ndjson': {
    kind: 'document',
    text: true,
    extensions: 'jsonl ndjson',
    aliases: 'application/jsonl application/x-jsonlines',
  },
  'application/yaml': {
    kind: 'document',
    text: true,
    extensions: 'yaml yml',
    aliases: 'application/x-yaml text/yaml text/x-yaml',
  },
  'application/xml': {
    kind: 'document',
    text: true,
    extensions: 'xml rss atom',
    aliases: 'text/xml application/rss+xml application/atom+xml',
  },
  'text/x-source-code': {
    kind: 'document',
    extensions: `
      js mjs cjs jsx ts mts cts tsx css scss less py java kt kts scala c h cc cpp cxx hpp hh cs go rs rb php swift m mm r jl
      lua pl pm sh bash zsh ps1 bat sql tf hcl toml ini cfg conf properties gradle groovy dart ex exs erl hs ml clj el lisp
      vim proto graphql diff patch`,
    aliases: `
      application/javascript application/x-javascript text/javascript application/typescript text/css text/x-python
      text/x-script.python text/x-java text/x-java-source text/x-c text/x-csrc text/x-chdr text/x-c++ text/x-c++src
      text/x-csharp text/x-go text/x-rust text/x-ruby text/x-php application/x-httpd-php text/x-kotlin text/x-swift
      text/x-scala text/x-sql application/sql text/x-sh text/x-shellscript application/x-sh text/x-diff application/toml`,
  },
  'application/x-subrip': {
    kind: 'document',
    text: true,
    extensions: 'srt',
    aliases: 'text/srt text/x-srt application/srt',
  },
  'text/vtt': { kind: 'document', extensions: 'vtt' },
  'application/rtf': {
    kind: 'document',
    extensions: 'rtf',
    aliases: 'text/rtf text/richtext application/x-rtf',
  },
  'message/rfc822': { kind: 'document', extensions: 'eml' },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': {
    kind: 'document',
    extensions: 'docx docm dotx',
    aliases: `
      application/vnd.openxmlformats-officedocument.wordprocessingml.template
      application/vnd.ms-word.document.macroenabled.12 application/vnd.ms-word.template.macroenabled.12`,
  },
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': {
    kind: 'document',
    extensions: 'pptx pptm ppsx potx',
    aliases: `
      application/vnd.openxmlformats-officedocument.presentationml.slideshow
      application/vnd.openxmlformats-officedocument.presentationml.template
      application/vnd.ms-powerpoint.presentation.macroenabled.12 application/vnd.ms-powerpoint.slideshow.macroenabled.12
      application/vnd.ms-powerpoint.template.macroenabled.12`,
  },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {
    kind: 'document',
    extensions: 'xlsx xlsm xltx',
    aliases: `
      application/vnd.openxmlformats-officedocument.spreadsheetml.template application/vnd.ms-excel.sheet.macroenabled.12
      application/vnd.ms-excel.template.macroenabled.12`,
  },
  'application/vnd.oasis.opendocument.text': {
    kind: 'document',
    extensions: 'odt ott',
    aliases: 'application/vnd.oasis.opendocument.text-template',
  },
  'application/vnd.oasis.opendocument.presentation': {
    kind: 'document',
    extensions: 'odp otp',
    aliases: 'application/vnd.oasis.opendocument.presentation-template',
  },
  'application/vnd.oasis.opendocument.spreadsheet': {
    kind: 'document',
    extensions: 'ods ots',
    aliases: 'application/vnd.oasis.opendocument.spreadsheet-template',
  },
  'application/epub+zip': { kind: 'document', extensions: 'epub' },
  'image/png': { kind: 'image', extensions: 'png' },
  'image/jpeg': { kind: 'image', extensions: 'jpg jpeg', aliases: 'image/jpg' },
  'image/gif': { kind: 'image', extensions: 'gif' },
  'image/webp': { kind: 'image', extensions: 'webp' },
  'image/bmp': { kind: 'image', extensions: 'bmp dib', aliases: 'image/x-ms-bmp image/x-bmp' },
  'image/tiff': { kind: 'image', extensions: 'tif tiff', aliases: 'image/tif image/x-tiff' },
  'image/avif': { kind: 'image', extensions: 'avif', aliases: 'image/avif-sequence' },
  'audio/wav': { kind: 'audio', extensions: 'wav', aliases: 'audio/x-wav audio/wave audio/vnd.wave' },
  'audio/mpeg': {
    kind: 'audio',
    extensions: 'mp3 mp2 mpga',
    aliases: 'audio/mp3 audio/x-mpeg audio/x-mp3 audio/mp2 audio/x-mp2',
  },
  'audio/flac': { kind: 'audio', extensions: 'flac', aliases: 'audio/x-flac' },
  'audio/ogg': { kind: 'audio', extensions: 'ogg oga opus', aliases: 'audio/opus application/ogg' },
  'audio/aiff': {
    kind: 'audio',
    extensions: 'aiff aif aifc',
    aliases: 'audio/x-aiff audio/aifc audio/x-aifc',
  },
  'audio/basic': { kind: 'audio', extensions: 'au snd', aliases: 'audio/au audio/x-au' },
  'audio/x-caf': { kind: 'audio', extensions: 'caf', aliases: 'audio/caf' },
  'audio/webm': { kind: 'audio', extensions: 'weba' },
  'audio/matroska': { kind: 'audio', extensions: 'mka', aliases: 'audio/x-matroska' },
  'audio/amr': {
    kind: 'audio',
    extensions: 'amr awb',
    aliases: 'audio/amr-wb audio/amr-nb audio/x-amr audio/3gpp-amr',
  },
  'audio/mp4': { kind: 'audio', extensions: 'm4a', aliases: 'audio/m4a audio/x-m4a' },
  'video/mp4': { kind: 'video', extensions: 'mp4 m4v', aliases: 'video/x-m4v' },
  'video/quicktime': { kind: 'video', extensions: 'mov qt', aliases: 'video/mov' },
  'video/3gpp': { kind: 'video', extensions: '3gp 3g2', aliases: 'video/3gpp2' },
  'video/webm': { kind: 'video', extensions: 'webm' },
  // The name that Amazon Nova's user guide asks S3 for.
  'video/x-matroska': { kind: 'video', extensions: 'mkv', aliases: 'video/matroska video/mkv' },
  // Files of source code end in .ts and .mts too.
  'video/mp2t': { kind: 'video', extensions: 'm2ts m2t', aliases: 'video/vnd.dlna.mpeg-tts' },
  'video/mpeg': {
    kind: 'video',
    extensions: 'mpg mpeg vob',
    aliases: 'video/mpg video/x-mpeg video/mp1s video/mp2p video/dvd',
  },
  'video/x-flv': { kind: 'video', extensions: 'flv', aliases: 'video/flv' },
  'video/x-ms-wmv': {
    kind: 'video',
    extensions: 'wmv asf',
    aliases: 'video/wmv video/x-ms-asf application/vnd.ms-asf',
  },
} as const satisfies Record<string, TypeFacts>;

export type MediaType = keyof typeof types;
export const mediaTypeNames = Object.keys(types) as [MediaType, ...MediaType[]];
const factsOf: Readonly<Record<MediaType, TypeFacts>> = types;

/** The kind of content that each type is. */
export const mediaTypes = Object.fromEntries(
  mediaTypeNames.map((name) => [name, factsOf[name].kind]),
) as Readonly<Record<MediaType, ContentKind>>;

const namesIn = (type: MediaType, list: 'extensions' | 'aliases'): string[] =>
  (factsOf[type][list] ?? '').split(/\s+/).filter((name) => name !== '');

/** Media types by the names of one list of each. */
const indexOf = (list: 'extensions' | 'aliases'): ReadonlyMap<string, MediaType> =>
  new Map(mediaTypeNames.flatMap((type) => namesIn(type, list).map((name) => [name, type] as const)));

const byAlias = indexOf('aliases');
const byExtension = indexOf('extensions');

/** Bytes of a file, at most, by its kind. */
export const bytesOfKind: Readonly<Record<ContentKind, number>> = {
  document: limits.documentBytes,
  image: limits.uploadBytes,
  audio: limits.uploadBytes,
  video: limits.uploadBytes,
};

/** A media type that uploads may have, with everything that a client needs to choose it. */
export interface AcceptedType {
  readonly contentType: MediaType;
  readonly kind: ContentKind;
  readonly maxBytes: number;
  /** Of file names, without the dot. */
  readonly extensions: readonly string[];
  /** Other names of the same type. */
  readonly aliases: readonly string[];
}

/** Everything that uploads may be: the one list for the API, the command, errors and docs. */
export const acceptedTypes: readonly AcceptedType[] = mediaTypeNames.map((contentType) => {
  const kind = mediaTypes[contentType];
  const [extensions, aliases] = [namesIn(contentType, 'extensions'), namesIn(contentType, 'aliases')];
  return { contentType, kind, maxBytes: bytesOfKind[kind], extensions, aliases };
});

/** What an error about an unknown name suggests. */
const suggestions = 3;

/** The accepted media types whose names, or other names, are most like this one, by edit distance. */
export function nearestTypes(value: string): MediaType[] {
  const name = value.toLowerCase();
  // The distance takes time, so each is computed once.
  const byDistance = acceptedTypes.map(({ contentType, aliases }) => ({
    contentType,
    distance: Math.min(...[contentType, ...aliases].map((known) => leven(name, known))),
  }));
  const nearest = byDistance.sort((a, b) => a.distance - b.distance).slice(0, suggestions);
  return nearest.map(({ contentType }) => contentType);
}

const endingOf = (filename: string) => /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';

/** Media type of a file by its extension; undefined for one that the platform does not accept. */
export function mediaTypeOfName(filename: string): MediaType | undefined {
  return byExtension.get(endingOf(filename));
}

/**
 * The canonical media type for a claimed or sniffed one, without its parameters.
 * @param value as in a Content-Type header (RFC 9110 §8.3), such as `text/plain; charset=utf-8`
 * @returns undefined when the platform does not accept that type
 */
export function toMediaType(value: string): MediaType | undefined {
  const essence = (value.split(';')[0] ?? '').trim().toLowerCase();
  const name = byAlias.get(essence) ?? essence;
  return Object.hasOwn(types, name) ? (name as MediaType) : undefined;
}

/** Whether files of a type are text, in any encoding. */
export const isTextual = (type: MediaType): boolean =>
  type.startsWith('text/') || factsOf[type].text === true;

const asPicture = 'Export it as JPEG or PNG, and upload that.';
const asVideo =
  'Convert it to MP4, for example with HandBrake or with `ffmpeg -i video.avi video.mp4`, and upload that.';
const photo = `${asPicture} A telephone can take photographs as JPEG itself ("most compatible").`;

const asM4a =
  'Put it into an M4A file, which keeps the sound as it is (ffmpeg -i in.aac -c copy out.m4a), and upload that.';
const asSound = 'Convert it to M4A, MP3 or WAV, and upload that.';

/** Types of pictures, recordings and videos that nothing here takes, with the conversion to make. */
const conversions: ReadonlyMap<string, string> = new Map([
  ['image/heic', photo],
  ['image/heif', photo],
  ['image/heic-sequence', photo],
  ['image/heif-sequence', photo],
  ['image/jxl', asPicture],
  ['image/svg+xml', asPicture],
  ['audio/aac', asM4a],
  ['audio/x-aac', asM4a],
  ['audio/aacp', asM4a],
  ['audio/x-hx-aac-adts', asM4a],
  ['audio/vnd.dlna.adts', asM4a],
  ['audio/x-ms-wma', asSound],
  ['audio/x-ms-asf', asSound],
  ['audio/ac3', asSound],
  ['audio/eac3', asSound],
  ['audio/vnd.dolby.dd-raw', asSound],
  ['audio/vnd.dts', asSound],
  ['audio/x-ape', asSound],
  ['audio/x-wavpack', asSound],
  ['audio/x-musepack', asSound],
  ['audio/x-dsf', asSound],
  ['audio/midi', 'It holds notes, not sound. Play it into a WAV or MP3 file, and upload that.'],
  ['video/x-msvideo', asVideo],
  ['video/vnd.avi', asVideo],
  ['video/avi', asVideo],
  ['video/msvideo', asVideo],
]);

/** How to convert a picture, a recording or a video of a type that is not accepted; undefined for other types. */
export const conversionOf = (value: string): string | undefined =>
  conversions.get((value.split(';')[0] ?? '').trim().toLowerCase());

/** Formats of pictures that models take as they are. Source: Amazon Nova 2 user guide, "Multimodal understanding". */
const pictureFormats = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
} as const;

export type PictureFormat = (typeof pictureFormats)[keyof typeof pictureFormats];

/** The format of a picture that models take as it is; undefined for a file of another type. */
export const pictureFormatOf = (contentType: string): PictureFormat | undefined =>
  Object.hasOwn(pictureFormats, contentType)
    ? pictureFormats[contentType as keyof typeof pictureFormats]
    : undefined;

/**
 * Formats of videos that models take as they are, by the names of Amazon Bedrock's Converse. Sources: Amazon Bedrock API reference,
 * VideoBlock; Amazon Nova 2 user guide, "Multimodal understanding".
 */
const videoFormats = {
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/3gpp': 'three_gp',
  'video/webm': 'webm',
  'video/x-matroska': 'mkv',
  'video/mpeg': 'mpeg',
  'video/x-flv': 'flv',
  'video/x-ms-wmv': 'wmv',
} as const;

export type VideoFormat = (typeof videoFormats)[keyof typeof videoFormats];

/** The format of a video that models take as it is; undefined for a file of another type. */
export const videoFormatOf = (contentType: string): VideoFormat | undefined =>
  Object.hasOwn(videoFormats, contentType)
    ? videoFormats[contentType as keyof typeof videoFormats]
    : undefined;

/** The type of a file whose registration does not say what it is (RFC 2046 §4.5.1). */
export const unknownType = 'application/octet-stream';

/** Names that say nothing: of any file, and of office documents and books, which are ZIP files. */
const unknownNames: ReadonlySet<string> = new Set([
  unknownType,
  'binary/octet-stream',
  'application/zip',
  'application/x-zip',
  'application/x-zip-compressed',
]);

/** Whether a content type leaves it to the file's bytes what it is. */
export const isUnknownType = (value: string): boolean =>
  unknownNames.has((value.split(';')[0] ?? '').trim().toLowerCase());

/**
 * The charset of a content type (RFC 9110 §8.3.2), in lower case.
 * @returns undefined when it names none
 */
export function charsetOf(value: string): string | undefined {
  const [, quoted, plain] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(value) ?? [];
  const charset = (quoted ?? plain ?? '').trim().toLowerCase();
  return charset === '' ? undefined : charset;
}

/**
 * A content type as it is registered: the platform's own name of the type, with the charset of a text that is not UTF-8.
 * @returns undefined when the platform does not accept that type
 */
export function registeredType(value: string): string | undefined {
  const type = toMediaType(value);
  const charset = charsetOf(value);
  const isUtf8 = charset === undefined || /^(?:utf-?8|us-ascii)$/.test(charset);
  return type && isTextual(type) && !isUtf8 ? `${type}; charset=${charset}` : type;
}
