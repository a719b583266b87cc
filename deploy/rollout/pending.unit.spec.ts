import { functionNameOf } from '@nova/shared/naming';
import { expect, it } from 'vitest';
import { awsError, scripted } from '../testing/scripted.ts';
import { overdueRollout } from './pending.ts';
import type { RolloutRecord } from './record.ts';

const settings = {
  prefix: 'nova',
  stage: 'prod',
  stateBucket: 'state',
  rollout: 'CodeDeployDefault.LambdaAllAtOnce',
} as const;
const behind = functionNameOf('nova', 'audio-handler');

/** A stage in which callers of one function are a version behind, or none are. */
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

it('is nothing where callers are at the newest versions, or nothing is deployed', async () => {
  const missing = {
    ...stage(false),
    lambda: scripted({ GetAlias: awsError('ResourceNotFoundException', 404) }).client,
  };

  expect(await overdueRollout(stage(false))).toBeUndefined();
  expect(await overdueRollout(missing)).toBeUndefined();
});

it('is told, whether it was cut off before it began or in the middle', async () => {
  const sentence =
    'Callers are not at the newest version of audio-handler: a deployment goes on with that rollout.';

  expect(await overdueRollout(stage(true))).toBe(sentence);
  expect(await overdueRollout(stage(true, { ...record, state: 'under-way' }))).toBe(sentence);
});

it('is told loudly where it was taken back', async () => {
  expect(await overdueRollout(stage(true, { ...record, state: 'taken-back' }))).toMatch(
    /of 2026-11-27T06:00:00\.000Z, was taken back\. A deployment brings it to callers again.*audio-handler/,
  );
});
