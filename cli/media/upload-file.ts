import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Content, CreateContentResponse } from '@nova/shared/api/content';
import { limits } from '@nova/shared/limits';
import { type MediaType, mediaTypeOfName } from '@nova/shared/media-types';
import { type ApiClient, pause } from '../api/client.ts';
import { CliError } from '../errors.ts';
import type { Progress } from '../output/progress.ts';
import { size } from '../output/text.ts';
import { put, putParts } from './put.ts';

export interface Upload {
  readonly path: string;
  /** Media type. Otherwise the file's name tells it, or its bytes. */
  readonly type?: string | undefined;
  /** `false`: no job starts on the content by itself. */
  readonly react?: false;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly pauseBeforeRetry?: typeof pause;
}

/** Milliseconds between two polls for the platform's check of the file, and its time limit. */
const pollMs = 300;
const checkMs = 120_000;

/**
 * Uploads a file and waits until the platform has checked it.
 * @throws CliError when the file cannot be uploaded or the platform refuses it
 */
export async function uploadFile(
  api: ApiClient,
  { path, type, react, progress, signal, pauseBeforeRetry = pause }: Upload,
): Promise<Content> {
  const bytes = await fileSize(path);
  const contentType = type ?? (await typeOf(path));
  const inParts = bytes > limits.multipartFromBytes;
  const checksum = inParts ? {} : { checksum: { sha256: await sha256(path) } };
  const request = {
    filename: basename(path),
    ...(contentType === undefined ? {} : { contentType }),
    bytes,
    ...checksum,
    ...(react === false ? { react } : {}),
  };
  const { contentId, upload } = await api.call('POST', '/content', CreateContentResponse, request);
  let done = 0;
  const onSent = (sent: number) => {
    done += sent;
    progress.update({ done, total: bytes, unit: 'bytes', show: size });
  };
  onSent(0);
  if (upload.method === 'PUT') {
    const { url, headers } = upload;
    await put({ path, start: 0, length: bytes, url, headers, signal, onSent }, pauseBeforeRetry);
  } else {
    const parts = await putParts(upload, { path, length: bytes, signal, onSent }, pauseBeforeRetry);
    await api.send('POST', `/content/${contentId}/upload`, { parts });
  }
  progress.update({ done: bytes, total: bytes, doing: 'checking' });
  return checkedContent(api, contentId, path, signal);
}

/** The type of a file by its name; files named .ts and .mts are source code, or videos that packets of 188 or 192 bytes tell. */
async function typeOf(path: string): Promise<MediaType | undefined> {
  if (!/\.m?ts$/i.test(path)) return mediaTypeOfName(path);
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(200), 0, 200, 0);
    const isVideo = [
      [0, 188],
      [4, 196],
    ].some((places) => places.every((at) => buffer[at] === syncByte));
    return isVideo ? 'video/mp2t' : mediaTypeOfName(path);
  } finally {
    await file.close();
  }
}

/** The first byte of a packet of a transport stream (ISO/IEC 13818-1 §2.4.3.2). */
const syncByte = 0x47;

async function fileSize(path: string): Promise<number> {
  const file = await stat(path).catch(() => undefined);
  if (!file) throw new CliError(`There is no file ${path}.`);
  if (!file.isFile()) throw new CliError(`${path} is not a file: name the files in it.`);
  await access(path, constants.R_OK).catch(({ code }: NodeJS.ErrnoException) => {
    throw new CliError(`${path} cannot be read (${code}): check its permissions.`);
  });
  if (file.size === 0) throw new CliError(`${path} is empty.`);
  if (file.size <= limits.uploadBytes) return file.size;
  throw new CliError(
    `${path} has ${size(file.size)}, more than the limit of ${size(limits.uploadBytes)}: split it.`,
  );
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('base64');
}

/** Waits until the platform has checked the file. */
async function checkedContent(
  api: ApiClient,
  contentId: string,
  path: string,
  signal: AbortSignal,
): Promise<Content> {
  for (const until = Date.now() + checkMs; Date.now() < until; ) {
    const item = await api.call('GET', `/content/${contentId}`, Content);
    if (item.status === 'rejected') {
      throw new CliError(
        `${path} was refused: ${item.rejection?.detail ?? 'its content does not match its media type.'}`,
      );
    }
    if (item.status === 'ready') return item;
    await pause(pollMs, signal);
  }
  throw new CliError(
    `${path} was uploaded as ${contentId}, but the platform has not checked it yet: look at it again later.`,
  );
}
