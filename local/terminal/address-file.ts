import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials } from '../contracts.ts';

/** What scripts and the CLI need to find the running platform. */
export interface Address {
  /** Without the stage: `http://127.0.0.1:4010`. */
  readonly url: string;
  readonly apiKeys: Readonly<Record<string, string>>;
  /** The stage whose stack runs: names of tables and functions come from it. */
  readonly stage: string | undefined;
  readonly aws: {
    /** Where every AWS service answers. */
    readonly endpoint: string;
    readonly region: string;
    readonly accountId: string;
    /** Of the developer, who may do anything there, and only there. */
    readonly credentials: Credentials;
  };
}

/**
 * Writes `dev.json`, whole or not at all, for its owner alone. With it stands this process's id: a platform that was
 * killed leaves the file behind; a reader checks the id to see whether the platform still runs.
 * @returns its path
 */
export function writeAddress(dataDirectory: string, address: Address): string {
  const path = join(dataDirectory, 'dev.json');
  const { url, apiKeys, stage, aws } = address;
  const text = JSON.stringify({ url, apiKeys, pid: process.pid, stage, aws }, null, 2);
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return path;
}
