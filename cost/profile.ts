import { readFileSync } from 'node:fs';
import { UserError } from '@nova/shared/run-main';
import * as z from 'zod';

const count = z.number().nonnegative();

/** The usage in a month. */
export const Profile = z.strictObject({
  name: z.string().min(1),
  /** Turns of chat. */
  chatTurns: count,
  searches: count,
  /** Requests that only read or list: content, jobs, sessions, usage. */
  reads: count,
  /** Documents indexed, each of about ten pages. */
  documents: count,
  /** Minutes of recordings transcribed. */
  audioMinutes: count,
  /** Minutes of video analysed. */
  videoMinutes: count,
  /** Gigabytes of files kept. */
  storedGb: count,
  /** Hours of the month in which the platform is in use, at most 730. */
  activeHours: count.max(730),
});
export type Profile = z.infer<typeof Profile>;

/** The profiles that `make cost` shows; `light` and `busy` are our own examples. */
export const profiles: readonly Profile[] = [
  {
    name: 'idle',
    ...{ chatTurns: 0, searches: 0, reads: 0, documents: 0, audioMinutes: 0, videoMinutes: 0 },
    ...{ storedGb: 0, activeHours: 0 },
  },
  {
    name: 'light',
    ...{ chatTurns: 1000, searches: 2000, reads: 5000, documents: 100, audioMinutes: 120, videoMinutes: 60 },
    ...{ storedGb: 2, activeHours: 160 },
  },
  {
    name: 'busy',
    ...{ chatTurns: 100_000, searches: 200_000, reads: 1_000_000 },
    ...{ documents: 10_000, audioMinutes: 12_000, videoMinutes: 6000 },
    ...{ storedGb: 200, activeHours: 730 },
  },
];

/**
 * Reads a profile from a file.
 * @param path of a JSON file with the members of {@link Profile}
 * @throws UserError that names the field, the fault and the remedy
 */
export function readProfile(path: string): Profile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new UserError(`PROFILE: there is no file ${path}; docs/cost.md has an example.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`PROFILE: ${path} is not JSON (${(error as Error).message}).`);
  }
  const parsed = Profile.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path: at, message, code, ...issue }) => {
    const unknown = code === 'unrecognized_keys' ? (issue as { keys: string[] }).keys.join(', ') : '';
    return unknown ? `${unknown} is not a field; remove it` : `${at.join('.') || 'the content'}: ${message}`;
  });
  throw new UserError(`PROFILE: ${path}: ${faults.join('; ')}. docs/cost.md lists the fields.`);
}
