import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Values } from '../../../review/plan/terraform/values.ts';
import { allow, policy } from '../../../review/plan/testing/plan-builder.ts';
import { CommandFixture } from './command-fixture.ts';
import { anAccount } from './fake-aws.ts';

let fixture: CommandFixture;
beforeAll(async () => {
  fixture = await CommandFixture.start('dev');
});
beforeEach(() => {
  Object.assign(fixture.account, anAccount(), { identityError: undefined });
  fixture.terraformCalls();
});
afterAll(() => fixture.close());

/** Runs a command that must fail with one line, and returns that line. */
async function complaint(
  command: Parameters<CommandFixture['run']>[0],
  environment: Record<string, string> = {},
) {
  const { code, err } = await fixture.run(command, environment);
  expect(code).toBe(1);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
  expect(err).not.toMatch(/\n\s+at /);
  return err;
}

describe('make plan names in one line what is missing:', () => {
  it('a valid stage', async () => {
    expect(await complaint('plan', { STAGE: 'Dev!' })).toMatch(/STAGE is "Dev!", but must be .* STAGE=dev/);
  });

  it('Terraform', async () => {
    expect(await complaint('plan', { PATH: join(fixture.folder, 'shown') })).toMatch(
      /Terraform is not installed, and version 1\.10 or newer is required/,
    );
  });

  it('a recent Terraform', async () => {
    expect(await complaint('plan', { NOVA_TEST_TERRAFORM: '1.9.8' })).toMatch(
      /The version of Terraform is 1\.9, but 1\.10 or newer is required/,
    );
    expect(fixture.terraformCalls()).toEqual(['terraform version -json']);
  });

  it('credentials', async () => {
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' };

    expect(await complaint('plan', none)).toMatch(/No AWS credentials were found .* AWS_PROFILE/);
  });

  it('valid credentials', async () => {
    fixture.account.identityError = 'ExpiredToken';

    expect(await complaint('plan')).toMatch(/expired or are not valid.*aws sso login/);
  });

  it('the bucket of the state', async () => {
    fixture.account.stateBucket = 404;

    expect(await complaint('plan')).toMatch(
      /The bucket nova-dev-state-123456789012-us-east-1 .* does not exist.* `make bootstrap STAGE=dev`.* STATE_BUCKET=/,
    );
  });

  it('the region that the stage is in', async () => {
    fixture.account.region = 'eu-north-1';

    expect(await complaint('plan')).toMatch(/^Stage dev is in eu-north-1 already.* REGION=eu-north-1/);
  });

  it('a state bucket in this account', async () => {
    fixture.account.stateBucket = 403;

    expect(await complaint('plan')).toMatch(/belongs to another account,? .* STATE_BUCKET=/);
  });
});

it.each(['deploy', 'destroy'] as const)('make %s checks the same first', async (command) => {
  fixture.account.stateBucket = 404;

  expect(await complaint(command)).toMatch(/`make bootstrap STAGE=dev`/);
  expect(fixture.terraformCalls()).toEqual(['terraform version -json']);
});

// S3 answers HEAD without a body, so there is a status and no code.
describe.each(['rollback', 'bootstrap'] as const)('make %s names in one line why S3 refuses:', (command) => {
  it.each([
    [301, /is in another region.* STATE_BUCKET=/],
    [400, /\(status 400\), as it does for an expired token: sign in again/],
    [403, /belongs to another account, or you have no access to it.* STATE_BUCKET=/],
    [500, /^AWS failed \(status 500\): try again/],
  ])('status %i', async (status, message) => {
    fixture.account.stateBucket = status;

    expect(await complaint(command, { AWS_MAX_ATTEMPTS: '1' })).toMatch(message);
  });
});

it('make rollback names the region of the stage when it finds no bucket in another', async () => {
  Object.assign(fixture.account, { stateBucket: 404, region: 'eu-north-1' });

  expect(await complaint('rollback')).toMatch(/^Stage dev is in eu-north-1 already.* REGION=eu-north-1/);
});

it('make plan reports that the image is not pushed', async () => {
  fixture.account.image = { error: 'ImageNotFoundException' };

  expect(await complaint('plan')).toMatch(/image of agent-core .* is not pushed: run `make image STAGE=dev`/);
});

it('make plan reports that the image of a rollback is not pushed', async () => {
  fixture.account.image = { error: 'ImageNotFoundException' };
  const chosen = { TF_VAR_agent_core_image_digest: `sha256:${'0'.repeat(64)}` };

  expect(await complaint('plan', chosen)).toMatch(
    /TF_VAR_agent_core_image_digest is sha256:0+, but no image with that digest/,
  );
});

it('make image reports that Docker is missing', async () => {
  fixture.account.image = { error: 'ImageNotFoundException' };

  expect(await complaint('image', { PATH: join(fixture.folder, 'bin') })).toMatch(/Docker is not installed/);
});

it('make image does not build an image that is pushed already', async () => {
  const { code, out } = await fixture.run('image');

  expect(code).toBe(0);
  expect(out).toMatch(/^nova-dev-agent-core:[0-9a-f]{24} was pushed before: sha256:/);
  expect(fixture.terraformCalls()).toEqual(['terraform version -json']);
});

describe('make preflight', () => {
  const docker = () => fixture.install('#!/bin/sh\n', 'docker');

  it('names every step, and that none is missing', async () => {
    docker();

    const { code, out, err } = await fixture.run('preflight', { ALARM_EMAIL: 'ops@example.com' });

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Stage dev in us-east-1:\nready +Terraform: .*\nready +Docker: /);
    expect(out).toContain('ready    credentials: AWS accepts them, for account 123456789012.');
    expect(out).toContain('ready    model us.anthropic.claude-sonnet-4-6: the account may call it.');
    expect(out).not.toMatch(/^(missing|advised|later|unknown)/m);
    expect(out).toMatch(/No step is missing\.\n$/);
  });

  it('names all that is missing with its console address, and fails; the unknown does not hide the rest', async () => {
    docker();
    fixture.account.stateBucket = 404;
    fixture.account.answers['use-case-for-model-access'] = 'AccessDeniedException';
    fixture.account.answers['account-settings'] = { AccountLimit: { ConcurrentExecutions: 10 } };
    fixture.account.answers['foundation-model-availability'] = {
      agreementAvailability: { status: 'NOT_AVAILABLE' },
      ...{ authorizationStatus: 'AUTHORIZED', entitlementAvailability: 'AVAILABLE' },
      regionAvailability: 'AVAILABLE',
    };

    const { code, out, err } = await fixture.run('preflight');

    expect(code).toBe(1);
    expect(err).toMatch(/^3 steps are missing before stage dev can answer: docs\/first-deploy\.md/);
    expect(out).toMatch(/^missing +bucket of the state: .*make bootstrap STAGE=dev/m);
    expect(out).toMatch(/^missing +model us\.anthropic\.claude.*\n +https:\/\/us-east-1\.console/m);
    expect(out).toMatch(/^unknown +Anthropic’s use-case form: AWS denied access/m);
    expect(out).toMatch(/^missing +concurrent functions: .*10 at once/m);
  });

  it('without credentials names that, and asks AWS nothing', async () => {
    docker();
    fixture.account.identityError = 'ExpiredToken';

    const { code, out } = await fixture.run('preflight');

    expect(code).toBe(1);
    expect(out).toMatch(/^missing +credentials: The AWS credentials have expired/m);
    expect(out).not.toContain('model ');
  });
});

describe('make drift', () => {
  it('reports that nothing has changed', async () => {
    fixture.setPlans({});

    expect(await fixture.run('drift')).toMatchObject({
      code: 0,
      out: expect.stringContaining('has not changed since it was applied'),
    });
  });

  it('does not report rollouts', async () => {
    const { resource } = JSON.parse(fixture.read('cdktf.out/stacks/nova-platform/cdk.tf.json'));
    const [[name, values] = ['', {}]] = Object.entries<Values>(resource.aws_lambda_alias);
    const alias = `aws_lambda_alias.${name}`;
    fixture.setPlans({
      drift: { [alias]: { before: { function_version: '3' }, after: { function_version: '4' } } },
      configured: { [alias]: values },
    });

    expect(await fixture.run('drift')).toMatchObject({ code: 0, err: '' });
  });

  it('reports changes by hand, and fails', async () => {
    const queue = 'aws_sqs_queue.functions_event-handler-dead-letters_queue_1';
    const name = 'nova-dev-event-handler-dead-letters';
    fixture.setPlans({
      drift: {
        [queue]: {
          before: { name, message_retention_seconds: 1_209_600, policy: '' },
          after: { name, message_retention_seconds: 60, policy: policy(allow('sqs:SendMessage', '*')) },
        },
      },
      configured: { [queue]: { name, message_retention_seconds: 1_209_600 } },
    });

    const { code, out, err } = await fixture.run('drift');
    const page = fixture.read('cdktf.out/plans/dev/drift.md');

    expect(code).toBe(1);
    expect(err).toMatch(/^1 resource of stage dev changed outside Terraform: `make plan STAGE=dev`.*\n$/);
    expect(page).toMatch(/^# Stage dev changed outside Terraform\n/);
    expect(page).toMatch(/message_retention_seconds.*1209600.*60/);
    expect(page).not.toContain('policy');
    expect(page + out).not.toMatch(/nothing to do/i);
    expect(
      fixture.terraformCalls().some((line) => line.includes(' plan ') && line.includes('-refresh-only')),
    ).toBe(true);
  });
});

it('make destroy reports that a stage is not deployed', async () => {
  expect(await complaint('destroy', { STAGE: 'prdo' })).toMatch(
    /Stage prdo is not deployed.* holds the states of dev, prod/,
  );
});
