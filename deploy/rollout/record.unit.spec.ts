import { UserError } from '@nova/shared/run-main';
import { describe, expect, it } from 'vitest';
import { awsError, scripted } from '../testing/scripted.ts';
import { dropRollout, markComplete, type RolloutRecord, readRollout, writeRollout } from './record.ts';

const stage = { stage: 'prod', stateBucket: 'state' };
const place = { Bucket: 'state', Key: 'prod/rollout.json' };
const record: RolloutRecord = {
  startedAt: '2026-11-27T10:00:00.000Z',
  before: { 'nova-event-projector': 3 },
  state: 'under-way',
};
const holding = (text: string) =>
  scripted({ GetObject: () => ({ ETag: 'e-1', Body: { transformToString: async () => text } }) });

describe('the record of a rollout', () => {
  it('is beside the state of its stage, and reads as it was written', async () => {
    const { client, calls } = scripted({ PutObject: () => ({ ETag: 'e-1' }) });

    expect(await writeRollout(client, stage, record)).toEqual({ record, etag: 'e-1' });

    expect(calls[0]?.input).toMatchObject(place);
    const kept = holding(String(calls[0]?.input.Body));
    expect(await readRollout(kept.client, stage)).toEqual({ record, etag: 'e-1' });
    expect(kept.calls[0]?.input).toEqual(place);
  });

  it('does not exist before the first rollout', async () => {
    const { client } = scripted({ GetObject: awsError('NoSuchKey', 404) });

    expect(await readRollout(client, stage)).toBeUndefined();
  });

  it('is not reported as missing when access is denied', async () => {
    const { client } = scripted({ GetObject: awsError('AccessDenied', 403) });

    await expect(readRollout(client, stage)).rejects.toThrow('AccessDenied');
  });

  it.each([
    ['no JSON', '{"startedAt":'],
    ['something else', '{}'],
    [
      'a version that is no number',
      JSON.stringify({ ...record, before: { 'nova-event-projector': '$LATEST' } }),
    ],
    ['an unknown state', JSON.stringify({ ...record, state: 'lost' })],
    ['nothing', ''],
  ])('with %s in it: the message names the object and the remedy', async (_, text) => {
    const reading = readRollout(holding(text).client, stage);

    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(
      /s3:\/\/state\/prod\/rollout\.json, cannot be read .*restore the previous version.*or delete it/s,
    );
  });

  it('becomes complete only when it has not changed', async () => {
    const { client, calls } = scripted({ PutObject: awsError('PreconditionFailed', 412) });

    await markComplete(client, stage, { record, etag: 'e-1' });

    expect(calls[0]?.input).toMatchObject({ ...place, IfMatch: 'e-1' });
    expect(JSON.parse(String(calls[0]?.input.Body))).toEqual({ ...record, state: 'through' });
  });

  it('throws any other error of S3', async () => {
    const { client } = scripted({ PutObject: awsError('AccessDenied', 403) });

    await expect(markComplete(client, stage, { record, etag: 'e-1' })).rejects.toThrow('AccessDenied');
  });

  it('is deleted with its stage', async () => {
    const { client, calls } = scripted({});

    await dropRollout(client, stage);

    expect(calls).toEqual([{ name: 'DeleteObject', input: place }]);
  });
});
