import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { reviewOf } from '../../../review/plan/review.ts';
import { bearsData } from '../../../review/plan/risks/data-loss.ts';
import { parsePlan } from '../../../review/plan/terraform/terraform-plan.ts';
import { SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { replacing } from '../../../review/validate/schema/supplement.ts';
import { planJson, terraformVersion } from '../../../review/validate/terraform.ts';
import { writeStackFolder } from '../testing/stack-folder.ts';
import { synthesize } from '../testing/synthesize.ts';

/** The upgrade of every release of production to the current stack: no resource with data may be removed. */

const folder = 'tests/fixtures/releases';
const releases = readdirSync(folder).filter((name) => name.endsWith('.json'));
const scratch = mkdtempSync(join(tmpdir(), 'nova-upgrade-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const variables = { agent_core_image_digest: `sha256:${'ab'.repeat(32)}` };
const now = synthesize('prod');

describe.each(releases)('an upgrade from %s', (file) => {
  const stacks = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const pairs = [
    ['nova-registry', now.registry, {}],
    ['nova-platform', now.platform, variables],
  ] as const;

  it.each(pairs)('keeps resources with data in %s under their addresses and names', (name, after) => {
    const before = new SynthesizedStack(stacks[name]);
    const kept = before.all().filter(({ type }) => bearsData(type));

    expect(kept.length).toBeGreaterThan(0);
    for (const { address, type, values } of kept) {
      const resource = after.all().find((one) => one.address === address);
      expect(resource?.address).toBe(address);
      for (const argument of replacing[type] ?? ['name']) {
        expect([address, argument, resource?.values[argument]]).toEqual([
          address,
          argument,
          values[argument],
        ]);
      }
    }
  });

  describe.runIf(terraformVersion() !== undefined)('by the real terraform', () => {
    it.each(pairs)('loses no data of %s', async (name, after, given) => {
      const before = new SynthesizedStack(stacks[name]);
      const place = writeStackFolder(before, join(scratch, name));
      writeStackFolder(after, place);

      const json = await planJson(
        place,
        { stack: after, variables: given },
        { stack: before, variables: given },
      );

      expect(reviewOf('prod', [{ stack: name, plan: parsePlan(json) }]).losses).toEqual([]);
    });
  });
});
