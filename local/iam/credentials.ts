import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials } from '../contracts.ts';

/**
 * Makes the key of a principal. The same data directory gives the same keys, so that a URL presigned before a restart
 * stays valid; another directory gives other keys.
 */
export type KeyMaker = (principalArn: string) => Credentials;

export function keyMakerIn(dataDirectory: string): KeyMaker {
  const seed = seedIn(dataDirectory);
  const derive = (purpose: string, principalArn: string) =>
    createHmac('sha256', seed).update(`${purpose} ${principalArn}`).digest();
  return (principalArn) => ({
    // Long-term key ids are AKIA and 16 of A-Z and 2-7 (IAM, "Unique identifiers").
    accessKeyId: `AKIA${base32(derive('key', principalArn)).slice(0, 16)}`,
    secretAccessKey: derive('secret', principalArn).toString('base64url').slice(0, 40),
  });
}

function seedIn(dataDirectory: string): Buffer {
  const path = join(dataDirectory, 'credentials.seed');
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const seed = randomBytes(32);
  mkdirSync(dataDirectory, { recursive: true });
  writeFileSync(`${path}.new`, seed, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  return seed;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const base32 = (bytes: Buffer) => Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('');
