import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What scripts and the CLI need to find the running platform. */
export interface Address {
  /** Without the stage: `http://127.0.0.1:4010`. */
  readonly url: string;
  readonly apiKeys: Readonly<Record<string, string>>;
}

/**
 * Writes `dev.json`, whole or not at all. With it stands this process's id: a platform that was killed leaves the file
 * behind, so whoever reads it can see whether the platform still runs.
 * @returns its path
 */
export function writeAddress(dataDirectory: string, { url, apiKeys }: Address): string {
  const path = join(dataDirectory, 'dev.json');
  const text = JSON.stringify({ url, apiKeys, pid: process.pid }, null, 2);
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return path;
}
