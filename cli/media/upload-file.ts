import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Content, CreateContentResponse } from '@nova/shared/api/content';
import { limits } from '@nova/shared/limits';
import { fileExtensions, mediaTypeNames, mediaTypeOfName, toMediaType } from '@nova/shared/media-types';
import type { ApiClient } from '../api/client.ts';
import { CliError } from '../errors.ts';
import type { Progress } from '../output/progress.ts';
import { size } from '../output/text.ts';
import { put } from './put.ts';
import { putParts } from './put-parts.ts';

export interface Upload {
  readonly path: string;
  /** Media type, where the name does not say it. */
  readonly type?: string | undefined;
  /** False: nothing is to start by itself; what is done with it is asked for. */
  readonly react?: false;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks whether the platform has looked at the file, and how long it may take. */
const lookMs = 300;
const lookingMs = 120_000;

/**
 * Uploads a file, and waits until the platform has looked at it.
 * @throws CliError saying what is wrong with the file, also when the platform refuses it
 */
export async function uploadFile(
  api: ApiClient,
  { path, type, react, progress, signal }: Upload,
): Promise<Content> {
  const bytes = await sizeOf(path);
  const contentType = typeOf(path, type);
  const inParts = bytes > limits.multipartFromBytes;
  const checksum = inParts ? {} : { checksum: { sha256: await sha256Of(path) } };
  const about = {
    filename: basename(path),
    contentType,
    bytes,
    ...checksum,
    ...(react === false ? { react } : {}),
  };
  const { contentId, upload } = await api.call('POST', '/content', CreateContentResponse, about);
  let done = 0;
  const onSent = (sent: number) => {
    done += sent;
    progress.update({ done, total: bytes, unit: 'bytes', show: size });
  };
  onSent(0);
  if (upload.method === 'PUT') {
    await put({ path, start: 0, length: bytes, url: upload.url, headers: upload.headers, signal, onSent });
  } else {
    const parts = await putParts(upload, { path, length: bytes, signal, onSent });
    await api.tell('POST', `/content/${contentId}/upload`, { parts });
  }
  progress.update({ done: bytes, total: bytes, doing: 'checking' });
  return lookedAt(api, contentId, path, signal);
}

async function sizeOf(path: string): Promise<number> {
  const file = await stat(path).catch(() => undefined);
  if (!file) throw new CliError(`There is no file ${path}.`);
  if (!file.isFile()) throw new CliError(`${path} is no file; name the files in it.`);
  if (file.size === 0) throw new CliError(`${path} is empty.`);
  if (file.size <= limits.uploadBytes) return file.size;
  throw new CliError(
    `${path} has ${size(file.size)}, and ${size(limits.uploadBytes)} can be uploaded; cut it in parts.`,
  );
}

function typeOf(path: string, type: string | undefined): string {
  const known = type === undefined ? mediaTypeOfName(path) : toMediaType(type);
  if (known) return known;
  if (type !== undefined)
    throw new CliError(`--type ${type} is not taken; name one of ${mediaTypeNames.join(', ')}.`);
  throw new CliError(
    `${path} does not say by its name what it is (known are .${fileExtensions.join(', .')}); name it with --type.`,
  );
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('base64');
}

async function lookedAt(
  api: ApiClient,
  contentId: string,
  path: string,
  signal: AbortSignal,
): Promise<Content> {
  for (const until = Date.now() + lookingMs; Date.now() < until; ) {
    const item = await api.call('GET', `/content/${contentId}`, Content);
    if (item.status === 'rejected') {
      throw new CliError(
        `${path} was refused: ${item.rejection?.detail ?? 'it is not what it was said to be.'}`,
      );
    }
    if (item.status === 'ready') return item;
    await sleep(lookMs, undefined, { signal });
  }
  throw new CliError(
    `${path} was uploaded as ${contentId}, and the platform has not looked at it yet; look again later.`,
  );
}
