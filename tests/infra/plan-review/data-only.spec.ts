import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { dataOnly } from '../../../deploy/destroy/data-only.ts';
import { StackFile } from '../../../deploy/terraform/stacks.ts';
import { reviewOf, withAction } from '../../../review/plan/review.ts';
import { parsePlan } from '../../../review/plan/terraform/terraform-plan.ts';
import { SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { planJson, terraformVersion } from '../../../review/validate/terraform.ts';
import { writeStackFolder } from '../testing/stack-folder.ts';
import { synthesize } from '../testing/synthesize.ts';

const folder = mkdtempSync(join(tmpdir(), 'nova-data-only-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.runIf(terraformVersion() !== undefined)(
  'the stack that make destroy applies destroys all but data, and changes nothing else, by the real Terraform',
  async () => {
    const { platform } = synthesize('dev');
    const left = new SynthesizedStack(dataOnly(StackFile.parse(platform.file)) as SynthesizedStack['file']);
    const deployed = {
      stack: platform,
      variables: { agent_core_image_digest: `sha256:${'0'.repeat(64)}` },
    };

    const json = await planJson(writeStackFolder(platform, folder), { stack: left, variables: {} }, deployed);
    const { losses, resources } = reviewOf('dev', [{ stack: 'nova-platform', plan: parsePlan(json) }]);

    expect(losses).toEqual([]);
    expect(withAction(resources, 'nothing')).toHaveLength(left.all().length);
    expect(withAction(resources, 'delete')).toHaveLength(platform.all().length - left.all().length);
  },
);
