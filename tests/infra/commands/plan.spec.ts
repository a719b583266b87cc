import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture, moreMemory, newStore } from './command-fixture.ts';
import { digest } from './fake-aws.ts';
import { brokenTerraform, terraformThat } from './fake-terraform.ts';

let fixture: CommandFixture;
beforeEach(async () => {
  fixture = await CommandFixture.start('dev');
});
afterEach(() => fixture.close());

const plans = 'cdktf.out/plans/dev';

describe('make plan', () => {
  it('saves the plans, readable by their owner only, and a summary for people', async () => {
    fixture.setPlans(moreMemory);

    const { code, out } = await fixture.run('plan');

    expect(code).toBe(0);
    expect(out).toContain('dev: 1 to change. ✅ Only additions and changes in place.');
    expect(out).toContain(`Read ${plans}/plan.md`);
    expect(fixture.read(`${plans}/plan.md`)).toContain('- `memory_size`: `256` → `512`');
    const files = ['nova-registry.json', 'nova-platform.json', 'record.json'];
    for (const file of files) expect(statSync(join(fixture.folder, plans, file)).mode & 0o077).toBe(0);
    expect(fixture.terraformCalls()).toEqual(
      [
        'terraform version -json',
        `digest ${digest}`,
        ...['nova-registry', 'nova-platform'].flatMap((stack) => [
          `terraform -chdir=cdktf.out/stacks/${stack} init -input=false -no-color -reconfigure`,
          `digest ${digest}`,
          `terraform -chdir=cdktf.out/stacks/${stack} plan -input=false -no-color -out=./${plans}/${stack}.tfplan`,
          `digest ${digest}`,
          `terraform -chdir=cdktf.out/stacks/${stack} show -json ./${plans}/${stack}.tfplan`,
          `digest ${digest}`,
        ]),
      ].filter((_, index) => index !== 1),
    );
  });

  it('warns when data would be lost', async () => {
    fixture.setPlans(newStore);

    const { out } = await fixture.run('plan');

    expect(out).toContain(
      '⛔ DATA WOULD BE LOST: 1 resource.\n- table event-store would be lost: every event',
    );
  });
});

describe('the bucket of the state', () => {
  const inits = () => fixture.terraformCalls().filter((line) => line.startsWith('init with'));
  beforeEach(() => {
    fixture.install(terraformThat('echo "init with $TF_CLI_ARGS_init" >> "$NOVA_TEST_RECORD"', ' init '));
  });

  it('is given to Terraform, because its name holds the account, which synthesis does not know', async () => {
    await fixture.run('plan');

    expect(inits()).toEqual(
      Array(2).fill('init with -backend-config=bucket=nova-dev-state-123456789012-us-east-1'),
    );
  });

  it('is in the stacks when STATE_BUCKET names it', async () => {
    await fixture.run('plan', { STATE_BUCKET: 'ours' });

    expect(inits()).toEqual(['init with ', 'init with ']);
  });
});

describe('plan.md', () => {
  it('says when nobody would be told, and what the account lacks, from the plan that it belongs to', async () => {
    fixture.account.answers.ListSubscriptionsByTopic = { SubscriptionArn: 'PendingConfirmation' };
    fixture.account.answers.ListCostAllocationTags = {
      CostAllocationTags: [{ TagKey: 'Stage', Status: 'Inactive' }],
    };
    fixture.account.answers['account-settings'] = 'AccessDeniedException';

    const { code } = await fixture.run('plan', { ALARM_EMAIL: 'ops@example.com' });

    const page = fixture.read(`${plans}/plan.md`);
    expect(code).toBe(0);
    expect(page).toMatch(/^- notifications: nobody is told .*not confirmed.*ops@example\.com/m);
    expect(page).toMatch(/^- cost allocation tag Stage: it is not active/m);
    expect(page).toMatch(/^Not known, because these credentials may not ask: concurrent functions\./m);
  });

  it('of a ready account says nothing about it', async () => {
    await fixture.run('plan');

    expect(fixture.read(`${plans}/plan.md`)).not.toMatch(/Not done|Not known|Off in the settings/);
  });

  it('of production names the protections that are off, with their cost', async () => {
    const production = await CommandFixture.start('prod');
    try {
      await production.run('plan', { STAGE: 'prod', ACCOUNT_LOGGING: 'own' });

      expect(production.read('cdktf.out/plans/prod/plan.md')).toMatch(
        /^Off in the settings of this stage: AWS WAF in front of the API \(`firewall`, \$8\.00 a month while idle\), .*`ownKey`, \$1\.00.*`accessLogs`, billed by use/m,
      );
    } finally {
      production.close();
    }
  });
});

describe('a pending rollout', () => {
  it('is described, and needs an approval although nothing would change', async () => {
    fixture.account.versions = { live: 3, newest: 4 };

    await fixture.run('plan');

    expect(fixture.read(`${plans}/plan.md`)).toContain('a deployment resumes that rollout.**');
    expect(fixture.read(`${plans}/approval.json`)).toMatch(/^\{"rollout":"[0-9a-f]{64}"\}$/);
  });

  it('is not described when callers get the newest versions', async () => {
    fixture.account.versions = { live: 4, newest: 4 };

    await fixture.run('plan');

    expect(fixture.read(`${plans}/approval.json`)).toBe('{}');
  });
});

describe('make plan IMAGE=later', () => {
  const later = { IMAGE: 'later' };
  const unpushed = () => {
    fixture.account.image = { error: 'ImageNotFoundException' };
    fixture.setPlans(moreMemory);
  };

  it('plans before the image is pushed, but not to apply', async () => {
    unpushed();

    const { code, out } = await fixture.run('plan', later);

    expect(code).toBe(0);
    expect(out).toContain('This plan cannot be applied: run `make image STAGE=dev`, then plan again.');
    const page = fixture.read(`${plans}/plan.md`);
    const [, standIn] = /not pushed yet: `(sha256:[0-9a-f]{24}0{40})` is a placeholder/.exec(page) ?? [];
    const calls = fixture.terraformCalls();
    expect(calls).toContain(`digest ${standIn}`);
    for (const line of calls) if (line.includes(' plan ')) expect(line).toContain('-lock=false');
    expect((await fixture.run('deploy', { YES: '1' })).err).toMatch(/There is no plan of stage dev to apply/);
  });

  it('gives an approval that is valid for the plan after the push', async () => {
    unpushed();
    await fixture.run('plan', later);
    const approval = fixture.read(`${plans}/approval.json`);
    fixture.account.image = digest;
    await fixture.run('plan');

    expect(fixture.read(`${plans}/approval.json`)).toBe(approval);
    expect((await fixture.run('deploy', { YES: '1', APPROVED_PLAN: approval })).code).toBe(0);
  });

  it('gives another approval when another provider plans', async () => {
    fixture.setPlans(moreMemory);
    const lock = join(fixture.folder, 'cdktf.out/stacks/nova-platform/.terraform.lock.hcl');
    const approvals = [];
    for (const version of ['6.66.0', '6.66.0', '6.67.0']) {
      const name = 'registry.terraform.io/hashicorp/aws';
      writeFileSync(
        lock,
        `provider "${name}" {\n  version     = "${version}"\n  constraints = "~> 6.66"\n}\n`,
      );
      await fixture.run('plan', later);
      approvals.push(fixture.read(`${plans}/approval.json`));
    }

    expect(approvals[1]).toBe(approvals[0]);
    expect(approvals[2]).not.toBe(approvals[0]);
  });

  it('plans as usual when the image is pushed', async () => {
    await fixture.run('plan', later);

    expect(fixture.read(`${plans}/plan.md`)).not.toContain('placeholder');
    expect(fixture.exists(`${plans}/record.json`)).toBe(true);
  });

  it('accepts no other value of IMAGE', async () => {
    expect((await fixture.run('plan', { IMAGE: 'soon' })).err).toMatch(/IMAGE is "soon", but must be later/);
  });
});

describe('a plan that fails', () => {
  it('is reported in Terraform’s own words', async () => {
    fixture.install(brokenTerraform('Error: no such provider'));

    const { code, err } = await fixture.run('plan');

    expect(code).toBe(1);
    expect(err).toBe(
      'Error: no such provider\n`terraform init` failed in cdktf.out/stacks/nova-registry: see the message above.\n',
    );
  });

  it('replaces an earlier plan', async () => {
    await fixture.run('plan');
    writeFileSync(join(fixture.folder, 'shown', 'nova-registry.json'), 'nothing');

    const { code, err } = await fixture.run('plan');

    expect(code).toBe(1);
    expect(err).toMatch(/This is not a plan: it is not JSON/);
    expect(fixture.exists(`${plans}/record.json`)).toBe(false);
  });
});
