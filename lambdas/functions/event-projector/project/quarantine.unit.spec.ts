import type { PutObjectCommand } from '@aws-sdk/client-s3';
import { QuarantinedCommit } from '@nova/shared/operations';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { logger, metrics } from '../../../runtime/instrumentation.ts';
import { s3Quarantine } from './quarantine.ts';

const commit = { stream: 't#usage#d', version: 3, reason: 't#usage#d@3 is of the unknown type X' };

afterEach(() => vi.restoreAllMocks());

function prepare(send: (command: PutObjectCommand) => Promise<unknown>) {
  const counted = vi.spyOn(metrics, 'addMetric').mockReturnValue(metrics);
  const logged = vi.spyOn(logger, 'error').mockImplementation(() => {});
  const quarantine = s3Quarantine({ send } as unknown as Parameters<typeof s3Quarantine>[0], 'failures');
  return { counted, logged, quarantine };
}

describe('a quarantined commit', () => {
  it('is an object with its place and its error, is logged and is counted', async () => {
    const puts: PutObjectCommand['input'][] = [];
    const { counted, logged, quarantine } = prepare(async ({ input }) => puts.push(input));

    await quarantine([commit]);

    expect(puts).toEqual([
      expect.objectContaining({ Bucket: 'failures', Key: 'parked/t%23usage%23d@3.json' }),
    ]);
    expect(QuarantinedCommit.parse(JSON.parse(String(puts[0]?.Body)))).toMatchObject(commit);
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.any(String), commit);
    expect(counted).toHaveBeenCalledExactlyOnceWith('CommitsParked', 'Count', 1);
  });

  it('does not exist when the bucket refuses it', async () => {
    const { counted, logged, quarantine } = prepare(async () => {
      throw new Error('SlowDown');
    });

    await expect(quarantine([commit])).rejects.toThrow('SlowDown');
    expect(logged).not.toHaveBeenCalled();
    expect(counted).not.toHaveBeenCalled();
  });

  it('is not counted when there is none', async () => {
    const { counted, quarantine } = prepare(async () => undefined);

    await quarantine([]);

    expect(counted).not.toHaveBeenCalled();
  });
});
