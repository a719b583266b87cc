import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { CliError } from '../errors.ts';
import type { Place } from './connection.ts';

/** What `make dev` writes when it is ready. */
const Address = z.object({
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
 * @throws CliError when none runs there
 */
export function localPlace(data: string): Place {
  const path = join(data, 'dev.json');
  const start = data === '.nova' ? 'make dev' : `DATA=${data} make dev`;
  const otherwise = 'or name a stage on AWS with --stage or --profile';
  const text = textOf(path);
  if (text === undefined) {
    throw new CliError(`No platform runs on ${data}: start it with \`${start}\`, ${otherwise}.`);
  }
  const address = Address.safeParse(parsed(text));
  if (!address.success) {
    throw new CliError(`${path} is of another version of Nova: start the platform anew with \`${start}\`.`);
  }
  const { pid, stage, url, apiKeys, aws } = address.data;
  if (!runs(pid)) {
    throw new CliError(
      `The platform on ${data} does not run any more (process ${pid} has ended): start it with \`${start}\`.`,
    );
  }
  return { where: `this machine (${url})`, stage, api: { url, keys: apiKeys }, ...aws };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CliError(`${path} cannot be read (${code}): give the directory of \`make dev\` with --data.`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a process is there; one of another user's is, too. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
