import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type StubProvider, startStubProvider } from '../../../review/validate/stub/provider.ts';
import { type StateServer, startStateServer } from '../../../review/validate/stub/state.ts';
import { terraformVersion } from '../../../review/validate/terraform.ts';
import { CommandFixture } from './command-fixture.ts';

const stacks = ['nova-registry', 'nova-platform'] as const;

interface State {
  readonly resources: readonly {
    readonly instances: readonly { readonly attributes: { readonly visibility_timeout_seconds: number } }[];
  }[];
}

/** A stack of one queue. */
const stackOf = (name: string, seconds: number) => ({
  terraform: { required_providers: { aws: { source: 'hashicorp/aws' } } },
  provider: { aws: { region: 'us-east-1' } },
  resource: { aws_sqs_queue: { one: { name, visibility_timeout_seconds: seconds } } },
});

/** The real Terraform, without the bucket that the commands name: the state is in memory. */
const withoutBucket = (terraform: string) => `#!/bin/sh\nunset TF_CLI_ARGS_init\nexec ${terraform} "$@"\n`;

describe.runIf(terraformVersion() !== undefined)('make deploy, by the real terraform', () => {
  let provider: StubProvider;
  beforeAll(async () => {
    provider = await startStubProvider({ resources: ['aws_sqs_queue'], data: [] });
  });
  afterAll(() => provider.close());

  let fixture: CommandFixture;
  let states: StateServer[];
  beforeEach(async () => {
    fixture = await CommandFixture.start('dev');
    states = await Promise.all(stacks.map(startStateServer));
    const { stdout } = spawnSync('sh', ['-c', 'command -v terraform'], { encoding: 'utf8' });
    fixture.install(withoutBucket(stdout.trim()));
    stacks.forEach((stack, index) => {
      rmSync(folderOf(stack), { recursive: true });
      mkdirSync(folderOf(stack));
      const backend = { http: { address: states[index]?.address } };
      writeFileSync(
        join(folderOf(stack), 'state_override.tf.json'),
        JSON.stringify({ terraform: { backend } }),
      );
    });
    declare(30);
  });
  afterEach(() => {
    fixture.close();
    for (const state of states) state.close();
  });

  const folderOf = (stack: string) => join(fixture.folder, 'cdktf.out', 'stacks', stack);
  const declare = (seconds: number) => {
    for (const stack of stacks)
      writeFileSync(join(folderOf(stack), 'cdk.tf.json'), JSON.stringify(stackOf(stack, seconds)));
  };
  const environment = () => ({ TF_REATTACH_PROVIDERS: provider.reattach, TF_CLI_CONFIG_FILE: '/dev/null' });
  const run = (command: 'plan' | 'deploy') => fixture.run(command, { ...environment(), YES: '1' });
  /** Runs Terraform itself. Asynchronous, since the provider that Terraform calls is this very process. */
  const terraform = async (stack: string, ...args: string[]) => {
    const child = spawn('terraform', [`-chdir=${folderOf(stack)}`, ...args], {
      env: { ...process.env, ...environment() },
      stdio: 'ignore',
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
  };
  const deployed = async () =>
    Promise.all(
      states.map(async ({ address }) => {
        const state = (await (await fetch(address)).json()) as State;
        return state.resources[0]?.instances[0]?.attributes.visibility_timeout_seconds;
      }),
    );

  it('applies the plan files of both stacks, then the next ones', async () => {
    expect(await run('plan')).toMatchObject({ code: 0, err: '' });
    const first = await run('deploy');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/Applying nova-registry\n.*Apply complete! .*Applying nova-platform\n/s);
    expect(await deployed()).toEqual([30, 30]);

    declare(60);
    await run('plan');
    expect(await run('deploy')).toMatchObject({ code: 0, err: '' });
    expect(await deployed()).toEqual([60, 60]);
    expect(fixture.list('cdktf.out/plans/dev').sort()).toEqual(['approval.json', 'plan.md']);
  });

  it('does nothing with plan files of no changes', async () => {
    await run('plan');
    await run('deploy');
    await run('plan');

    expect(await run('deploy')).toMatchObject({ code: 0, err: '' });
    expect(await deployed()).toEqual([30, 30]);
  });

  it('refuses a plan file after the state has changed, although the changes would be the same', async () => {
    await run('plan');
    await run('deploy');
    declare(60);
    await run('plan');
    await terraform('nova-registry', 'taint', 'aws_sqs_queue.one');
    await terraform('nova-registry', 'untaint', 'aws_sqs_queue.one');

    const { code, err } = await run('deploy');

    expect(code).toBe(1);
    expect(err).toMatch(/Saved plan is stale/);
    expect(err).toMatch(/stopped half-way.* Run `make plan STAGE=dev`/);
    expect(await deployed()).toEqual([30, 30]);
    expect((await run('plan')).code).toBe(0);
    expect((await run('deploy')).code).toBe(0);
    expect(await deployed()).toEqual([60, 60]);
  });
});
