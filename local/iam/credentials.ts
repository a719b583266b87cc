import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials } from '../contracts.ts';
import { damaged } from '../process/database.ts';

/**
 * Makes the key of a principal. The same data directory gives the same keys, so that a URL presigned before a restart
 * stays valid; another directory gives other keys.
 */
export type KeyMaker = (principalArn: string) => Credentials;

/** @throws UserError when the directory's seed is damaged */
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

const seedBytes = 32;

function seedIn(dataDirectory: string): Buffer {
  const path = join(dataDirectory, 'credentials.seed');
  if (existsSync(path)) return keptSeed(path);
  const seed = randomBytes(seedBytes);
  mkdirSync(dataDirectory, { recursive: true });
  writeFileSync(`${path}.new`, seed, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  return seed;
}

/** A seed of another length would give guessable keys, or other keys than those that addresses were signed with. */
function keptSeed(path: string): Buffer {
  const seed = readFileSync(path);
  if (seed.length === seedBytes) return seed;
  throw damaged(path, `it has ${seed.length} bytes instead of ${seedBytes}`);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const base32 = (bytes: Buffer) => Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('');
