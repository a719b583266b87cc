import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Caller, Logger, Stack } from '../contracts.ts';

/** Fixtures of the local AWS services' tests. */

export const accountId = '000000000000';
export const region = 'us-east-1';

/** A stack of the given resources: `aStack({ aws_s3_bucket: [{ bucket: 'b' }] })`. */
export function aStack(resources: Readonly<Record<string, readonly Record<string, unknown>[]>>): Stack {
  return {
    region,
    accountId,
    of: (type) =>
      (resources[type] ?? []).map((values, index) => ({ type, address: `${type}.test-${index}`, values })),
  };
}

export interface RecordingLogger extends Logger {
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

export function aRecordingLogger(): RecordingLogger {
  const warnings: string[] = [];
  const errors: string[] = [];
  return {
    warnings,
    errors,
    info() {},
    warn: (message) => void warnings.push(message),
    error: (message) => void errors.push(message),
  };
}

/** A directory that is deleted after the test. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'nova-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A caller with all permissions. */
export const unrestrictedCaller: Caller = {
  principalArn: `arn:aws:iam::${accountId}:user/test`,
  authorise() {},
};
