import { GetObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { expectDeployed, expectStateBucket } from '../../../deploy/preflight/state-bucket.ts';
import { dropApply, readApply, writeApply } from '../../../deploy/records/apply-record.ts';
import { dropRollout, markComplete, readRollout, writeRollout } from '../../../deploy/rollout/record.ts';
import { SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { terraformVersion, type Workspace } from '../../../review/validate/terraform.ts';
import { synthesize } from '../testing/synthesize.ts';
import { openStateBucket, type StateBucket, type WorkflowRole } from './state-fixture.ts';

const stateBucket = 'state-of-all';
const stage = 'staging';
const synthesis = synthesize(stage, { PIPELINE_REPOSITORY: 'nova@1/platform@2', STATE_BUCKET: stateBucket });
const { registry, platform, pipeline = expect.fail('no pipeline') } = synthesis;
const stateOf = (name: string) => `${stage}/${name}.tfstate`;
const lockOf = (name: string) => `${stateOf(name)}.tflock`;
/** The few resources of the registry, with the state of the platform. */
const smallPlatform = new SynthesizedStack({ ...registry.file, terraform: platform.file.terraform });

const openBucket = () => openStateBucket({ pipeline, prefix: synthesis.settings.prefix, stateBucket });

/** Options of the commands of `make`, but no wait for the lock. */
const options = ['-input=false', '-no-color'];
const succeeds = async (terraform: Workspace, command: string, ...more: string[]) => {
  const outcome = await terraform.run(command, ...options, ...more);
  expect(outcome).toEqual({ ok: true, output: expect.any(String) });
  return outcome.output;
};
const connect = async (bucket: StateBucket, role: WorkflowRole, stack = registry) => {
  const terraform = await bucket.terraformOf(role, stack);
  await succeeds(terraform, 'init', '-reconfigure');
  return terraform;
};

/** The text of an object, as a person with all permissions reads it. */
const textOf = async (bucket: StateBucket, Key: string) => {
  const read = new GetObjectCommand({ Bucket: stateBucket, Key });
  const object = await bucket
    .clientOf('person')
    .send(read)
    .catch((error: Error) => {
      if (error.name !== 'NoSuchKey') throw error;
      return undefined;
    });
  return object?.Body?.transformToString();
};

describe.runIf(terraformVersion() !== undefined)(
  'the real terraform, with the policies of a workflow',
  () => {
    it.each([
      ['nova-registry', registry],
      ['nova-platform', smallPlatform],
    ])('plans, applies, and plans again %s: each run releases the lock', async (name, stack) => {
      await using bucket = await openBucket();
      const planner = await connect(bucket, 'plan', stack);
      const deployer = await connect(bucket, 'deploy', stack);

      await succeeds(planner, 'plan', '-out=first.tfplan');
      await succeeds(deployer, 'plan', '-out=first.tfplan');
      await succeeds(deployer, 'apply', 'first.tfplan');
      const again = await succeeds(deployer, 'plan');
      const byPlanner = await succeeds(planner, 'plan');
      const drift = await succeeds(planner, 'plan', '-refresh-only', '-lock=false');

      expect(again).toContain('No changes.');
      expect(byPlanner).toContain('No changes.');
      expect(drift).toContain('No changes.');
      expect(JSON.parse((await textOf(bucket, stateOf(name))) ?? '').resources).not.toEqual([]);
      expect(await textOf(bucket, lockOf(name))).toBeUndefined();
      expect(bucket.denials()).toEqual([]);
    });

    it('writes no state as plan, and releases the lock nevertheless', async () => {
      await using bucket = await openBucket();
      const planner = await connect(bucket, 'plan');

      const { ok } = await planner.run('apply', ...options, '-auto-approve');

      expect(ok).toBe(false);
      expect(bucket.denials()).toEqual([
        `s3:PutObject on arn:aws:s3:::${stateBucket}/${stateOf('nova-registry')}`,
      ]);
      expect(await textOf(bucket, lockOf('nova-registry'))).toBeUndefined();
    });

    it.each(['plan', 'deploy'] as const)(
      'shows %s the holder of a stuck lock, and removes it',
      async (role) => {
        await using bucket = await openBucket();
        const [stopped, terraform] = [await connect(bucket, 'deploy'), await connect(bucket, role)];
        // Waits for a yes, and holds the lock meanwhile.
        const apply = stopped.start('apply', '-no-color');
        onTestFinished(() => void apply.kill('SIGKILL'));
        const { ID, Who } = await vi.waitFor(
          async () =>
            JSON.parse((await textOf(bucket, lockOf('nova-registry'))) ?? expect.fail('no lock yet')),
          { timeout: 60_000, interval: 50 },
        );
        const ended = new Promise((resolve) => apply.once('close', resolve));
        apply.kill('SIGKILL');
        await ended;

        const refused = await terraform.run('plan', ...options);
        const unlocked = await terraform.run('force-unlock', '-force', ID);
        await succeeds(terraform, 'plan');

        expect(refused.ok).toBe(false);
        expect(refused.output).toContain('Error acquiring the state lock');
        expect(refused.output).toMatch(new RegExp(`ID: +${ID}`));
        expect(refused.output).toContain(Who);
        expect(unlocked).toEqual({ ok: true, output: expect.stringContaining('successfully unlocked') });
        expect(bucket.denials()).toEqual([]);
      },
    );
  },
);

describe('the policies of a workflow', () => {
  it('let rollouts and rollbacks keep their record, and plans read it', async () => {
    await using bucket = await openBucket();
    const [planner, deployer] = [bucket.clientOf('plan'), bucket.clientOf('deploy')];
    const settings = { ...synthesis.settings, stateBucket };
    const record = { startedAt: new Date(0).toISOString(), before: { one: 1 }, state: 'under-way' } as const;

    await expectStateBucket(planner, stateBucket, settings, '123456789012');
    expect(await readRollout(planner, settings)).toBeUndefined();
    const stored = await writeRollout(deployer, settings, record);
    await markComplete(deployer, settings, stored);
    await expectDeployed(planner, stateBucket, stage);
    expect(await readRollout(planner, settings)).toMatchObject({ record: { state: 'through' } });
    await expect(writeRollout(planner, settings, record)).rejects.toThrow(/not authorized/);
    await dropRollout(deployer, settings);

    expect(bucket.denials()).toEqual([`s3:PutObject on arn:aws:s3:::${stateBucket}/${stage}/rollout.json`]);
  });

  it('let deployments keep the record of the last apply, and plans read it', async () => {
    await using bucket = await openBucket();
    const [planner, deployer] = [bucket.clientOf('plan'), bucket.clientOf('deploy')];
    const settings = { ...synthesis.settings, stateBucket };
    const startedAt = new Date(0).toISOString();
    const record = { startedAt, commit: 'c', state: 'under-way', redeploysApi: true } as const;

    expect(await readApply(planner, settings)).toBeUndefined();
    await writeApply(deployer, settings, record);
    expect(await readApply(planner, settings)).toEqual(record);
    await expect(writeApply(planner, settings, record)).rejects.toThrow(/not authorized/);
    await dropApply(deployer, settings);

    expect(bucket.denials()).toEqual([`s3:PutObject on arn:aws:s3:::${stateBucket}/${stage}/apply.json`]);
  });
});
