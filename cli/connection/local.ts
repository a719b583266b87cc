import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { CliError } from '../errors.ts';
import type { Place } from './place.ts';

/** The dev.json that `make dev` writes once it is ready. */
const DevFile = z.object({
  url: z.string(),
  apiKeys: z.record(z.string(), z.string()),
  pid: z.int().positive(),
  stage: z.string(),
  aws: z.object({
    endpoint: z.string(),
    region: z.string(),
    accountId: z.string(),
    credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  }),
});

/**
 * The platform that runs on this machine.
 * @param data its data directory
 * @throws CliError when no platform runs there
 */
export function localPlace(data: string): Place {
  const path = join(data, 'dev.json');
  const start = data === '.nova' ? 'make dev' : `DATA=${data} make dev`;
  const text = readText(path);
  if (text === undefined) {
    throw new CliError(
      `No platform runs on ${data}: start it with \`${start}\`, or select a stage on AWS with --stage or --profile.`,
    );
  }
  const file = DevFile.safeParse(parseJson(text));
  if (!file.success) {
    throw new CliError(`${path} is from another version of Nova: restart the platform with \`${start}\`.`);
  }
  const { pid, stage, url, apiKeys, aws } = file.data;
  if (!isRunning(pid)) {
    throw new CliError(
      `The platform on ${data} is no longer running (process ${pid} has ended): start it with \`${start}\`.`,
    );
  }
  return { where: `this machine (${url})`, stage, api: { url, keys: apiKeys }, ...aws };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CliError(`${path} cannot be read (${code}): select the directory of \`make dev\` with --data.`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a process exists; EPERM means that it does and belongs to another user. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
