import { functionNameOf } from '@nova/shared/naming';
import { expect, it } from 'vitest';
import { awsError, scripted } from '../testing/scripted.ts';
import { pendingRollout } from './pending.ts';
import type { RolloutRecord } from './record.ts';

const settings = {
  prefix: 'nova',
  stage: 'prod',
  stateBucket: 'state',
  rollout: 'CodeDeployDefault.LambdaAllAtOnce',
} as const;
const behind = functionNameOf('nova', 'audio-handler');

/** A stage in which callers of one function, or of none, get an old version. */
const stage = (isBehind: boolean, record?: RolloutRecord) => ({
  settings,
  lambda: scripted({
    GetAlias: ({ FunctionName }: { FunctionName: string }) => ({
      FunctionVersion: isBehind && FunctionName === behind ? '3' : '4',
    }),
    ListVersionsByFunction: () => ({ Versions: [{ Version: '3' }, { Version: '4' }] }),
  }).client,
  s3: scripted({
    GetObject: record
      ? () => ({ Body: { transformToString: async () => JSON.stringify(record) } })
      : awsError('NoSuchKey', 404),
  }).client,
});
const record = { startedAt: '2026-11-27T06:00:00.000Z', before: { [behind]: 3 } };

it('is undefined when callers get the newest versions, or nothing is deployed', async () => {
  const missing = {
    ...stage(false),
    lambda: scripted({ GetAlias: awsError('ResourceNotFoundException', 404) }).client,
  };

  expect(await pendingRollout(stage(false))).toBeUndefined();
  expect(await pendingRollout(missing)).toBeUndefined();
});

it('is described, whether it was interrupted before it began or in the middle', async () => {
  const sentence =
    'Callers do not get the newest version of audio-handler yet: a deployment resumes that rollout.';

  expect(await pendingRollout(stage(true))).toBe(sentence);
  expect(await pendingRollout(stage(true, { ...record, state: 'under-way' }))).toBe(sentence);
});

it('names the last rollout when that was rolled back', async () => {
  expect(await pendingRollout(stage(true, { ...record, state: 'taken-back' }))).toMatch(
    /of 2026-11-27T06:00:00\.000Z, was rolled back\. A deployment brings the same versions to callers again.*audio-handler/,
  );
});
